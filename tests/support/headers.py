"""The headers of a request, as Streamlit's are read."""

from ui.shell.sign_in import Sent


def sent(*lines: tuple[str, str]) -> Sent:
    """Headers of these lines, in their order."""
    return Sent(raw=[(name.lower().encode(), value.encode()) for name, value in lines])
