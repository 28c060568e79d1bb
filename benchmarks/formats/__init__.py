"""What reading each format costs, beside what one would read it with instead."""
