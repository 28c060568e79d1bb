"""CDA release 2, and so C-CDA (https://hl7.org/cda/stds/core/2.0.0-sd/): a file is a document, and a note."""

from notes_pipeline.core.formats.cda.documents import parse, read_document

__all__ = ["parse", "read_document"]
