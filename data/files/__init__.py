"""Bytes to rows of text: delimited files and workbooks."""
