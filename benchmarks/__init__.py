"""Pheu beside other engines: the same rows, the same question, the same answer, then the clock."""
