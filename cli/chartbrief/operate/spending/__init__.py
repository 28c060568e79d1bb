"""What summarizing has cost, by day and batch, and what the backlog will."""
