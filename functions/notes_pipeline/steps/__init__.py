"""What each handler does with what it gathered: the core decides, these steps apply it, in an order that a repeat
after a crash at any point turns into the same result."""
