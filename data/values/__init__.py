"""Text to typed values: dates, numbers, currencies, channels."""
