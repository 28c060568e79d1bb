"""The summarization engine: artifact, tokenization, long notes, generation, serving; and the demonstration model."""
