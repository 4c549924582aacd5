"""The cards of the Funnel page."""
