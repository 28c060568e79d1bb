"""The ways to summarize: which there are, and what is known of the models behind each (`catalogue.toml`)."""

from notes_pipeline.core.options.catalogue import (
    OPTIONS,
    Catalogue,
    CatalogueModel,
    OptionError,
    OptionFacts,
    load_catalogue,
    option_facts,
)

__all__ = ["OPTIONS", "Catalogue", "CatalogueModel", "OptionError", "OptionFacts", "load_catalogue", "option_facts"]
