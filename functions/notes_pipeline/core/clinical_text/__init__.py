"""Reading clinical prose: words, what is denied, doubted, past or a relative's, abbreviations, terms, values."""
