"""Comparing a summary with its note: both read the same way, and what each check looks for."""
