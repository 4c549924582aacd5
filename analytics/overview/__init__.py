"""The overview: what happened in a period, what became of its leads, and what to do about it."""
