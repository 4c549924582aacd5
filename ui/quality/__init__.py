"""The cards of the page of lead quality."""
