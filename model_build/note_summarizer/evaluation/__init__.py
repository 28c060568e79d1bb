"""Judging: answers of one or several models against references, with intervals, and a report that opens anywhere."""
