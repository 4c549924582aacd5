"""Screening: which leads are duplicates, invalid, junk or out of reach, and why."""
