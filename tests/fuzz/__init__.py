"""Inputs that nobody meant, by the hundred thousand: what is read of them must be notes, rejects or ignored."""
