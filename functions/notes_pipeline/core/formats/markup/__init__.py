"""Marked-up text → plain text, for HTML, for the narrative of FHIR and for that of CDA."""
