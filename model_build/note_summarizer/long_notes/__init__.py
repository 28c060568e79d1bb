"""Long notes at full quality: read in parts, each summarized whole, the parts' summaries merged; pure."""
