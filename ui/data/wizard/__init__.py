"""The wizard of the Data page: from a file to data in four steps, with the way back.

`plan` is what is about to be loaded, and all that was said of it; each step draws a part of that.
"""
