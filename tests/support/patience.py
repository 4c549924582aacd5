"""How long a test waits for another: a server, a browser, a run of a page."""

PATIENCE = 300
"""Seconds after which something is taken to be stuck.

No test fails by it on a machine that is merely slow or busy: a step takes a second or two, so a
hundred times that is left. Nothing waits any longer for it when all is well.
"""
