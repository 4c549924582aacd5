"""The quality of leads: what is left of those of each source, and of each batch of a list."""
