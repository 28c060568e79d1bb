"""How well, and how fast, patients with similar diagnoses are grouped: `python -m benchmarks.groups`."""
