"""The cards of the Definitions page."""
