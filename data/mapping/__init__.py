"""Which column of a file means what."""
