"""Input formats, one module each: text → notes and rejects. `parse_file` chooses by the key's extension."""
