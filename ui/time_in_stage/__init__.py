"""The cards of the Time in stage page."""
