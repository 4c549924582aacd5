"""Criteria: whether the leads at a stage are what the company agreed to call so."""
