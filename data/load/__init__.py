"""From files to a new generation."""
