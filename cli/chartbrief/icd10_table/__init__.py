"""Writes the data files of `notes_pipeline.core.icd10` from the ICD-10-CM table; build tooling, in no Lambda zip."""
