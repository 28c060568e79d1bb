"""One handler per function: read settings, check the envelope, let the steps do it, return."""
