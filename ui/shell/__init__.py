"""The script of every run, and the pictures of its frame.

In a folder of its own, since Streamlit puts the folder of its script on Python's path: beside it,
`ui/data` would be taken for `data`.
"""
