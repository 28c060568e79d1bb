"""Erasing a patient, or single notes: what is theirs is found, taken out everywhere, and looked for once more."""
