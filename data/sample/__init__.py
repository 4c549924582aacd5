"""The sample data, made the same each time."""
