"""Names of columns in SQL text: always quoted, so that any header of a file can be one."""


def quoted(identifier: str) -> str:
    """The identifier as SQL takes it literally, whatever is in it."""
    return '"' + identifier.replace('"', '""') + '"'
