"""The small state beside the data: shares, saved views, notes, and the log of who did what."""
