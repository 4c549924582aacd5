"""The cards of the hand-over."""
