"""One self-contained HTML page of an output folder, and what a run keeps for it beside the records."""
