"""The store and the ways into it. Knows nothing of questions, charts or screens."""
