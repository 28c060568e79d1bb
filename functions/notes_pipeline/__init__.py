"""The pipeline between a dropped note file and its checked summaries: four import layers, pointing inward only.

`handlers` → `core`, `aws` → `models`, `errors`.
"""
