"""FHIR R4: resources and bundles → notes."""
