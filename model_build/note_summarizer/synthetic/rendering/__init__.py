"""A note as each format that the pipeline reads would hold it: what the parsers are tried and measured on.

Every renderer takes notes and returns files, and nothing but its arguments decides what they hold.
"""
