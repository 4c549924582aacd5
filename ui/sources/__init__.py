"""The cards of the Sources page."""
