"""The cards of the Bottlenecks page."""
