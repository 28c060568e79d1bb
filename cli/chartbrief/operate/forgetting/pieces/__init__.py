"""Dropped files as pieces: each stands for some records, says whose it is, and can be emptied without the others."""
