"""Patients with similar diagnoses: profiles from notes' codes, groups by category and by likeness, ids that stay."""
