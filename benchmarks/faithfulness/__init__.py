"""How well the checks tell a faithful summary from one that is not."""
