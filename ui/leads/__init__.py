"""Leads one by one: the list, the work list, and the one that is open."""
