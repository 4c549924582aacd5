"""Signals: what is known of a lead that is to tell how likely it is won, and whether it does."""
