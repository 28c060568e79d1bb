"""Packaging: a checkpoint in, one reproducible `model.tar.gz` out that was unpacked and answered before it counts."""
