"""What is taken away: a page as a value, and the files that are written of it."""
