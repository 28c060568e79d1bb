"""How well candidate ICD-10-CM codes are found: `python -m benchmarks.codes`."""
