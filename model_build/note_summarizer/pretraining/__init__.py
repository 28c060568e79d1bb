"""Pretraining from nothing: a unigram tokenizer, then gap sentences (Zhang et al. 2020) on unlabelled notes."""
