"""What `chartbrief status` looks at: the whole deployment, or one note, file or batch."""
