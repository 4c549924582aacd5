"""The glossary: what the words on the screens mean, and how Pheu counts."""
