"""CDA release 2 (https://www.hl7.org/implement/standards/product_brief.cfm?product_id=496), and so C-CDA: a file, a note."""

from notes_pipeline.core.formats.cda.documents import parse, read_document

__all__ = ["parse", "read_document"]
