"""The commands of `python -m data`, and what they print."""
