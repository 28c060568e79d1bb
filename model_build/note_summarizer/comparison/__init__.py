"""Comparing the ways to summarize on a team's own notes: quality, trust, speed, cost and effort, and what to change."""
