"""The audit: what was dropped, what the ledger says of it, and what was written, laid side by side."""
