"""Old note files through the same door as new ones: found, written down, and given in the order they were written."""
