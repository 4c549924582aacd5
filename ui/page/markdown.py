"""Text for Markdown: muted lines, and text that came with the data taken literally."""

import re

from ui.language import labels

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~$:@&-])")
_NUMBERED = re.compile(r"^(\d+)\.")
# Streamlit also looks for addresses, icons, emoji and arrows in what Markdown has made of a text,
# where no backslash helps any more. It looks at one run of text at a time: an empty piece of small
# text parts it in two.
_PARTING = ":small[]"
_JOINT = re.compile(
    r"(?<=:)(?=//|[^\s:]+:)"  # https://… :material/home: :smile:
    r"|(?<=www)(?=\.)"
    r"|(?<=[-.+\w])(?=@)"
    r"|(?<=[<>~=-])(?=[<>=-])",  # -> <- -- >= ~=
    re.IGNORECASE,
)
_LONGEST_NAME = 100


def gray(text: str) -> str:
    """Markdown for a small muted line."""
    return f":small[:gray[{unbroken(text)}]]"


def unbroken(text: str) -> str:
    """A text in which no line ends between a letter, its sign and its number: `n < 100`."""
    return re.sub(r"\b([nq]) ([<=≥]) (?=\d)", "\\1\N{NO-BREAK SPACE}\\2\N{NO-BREAK SPACE}", text)


def plain(text: str) -> str:
    """Text that came with the data, so that the screen shows it as it is, whatever is in it."""
    pieces = _JOINT.split(labels.own(text))
    escaped = _PARTING.join(_SPECIAL.sub(r"\\\1", piece) for piece in pieces)
    return _NUMBERED.sub(r"\1\\.", escaped)


def spoken(text: str) -> str:
    """What is read of a finding: its text without what Markdown makes of it."""
    bare = text.replace(_PARTING, "").replace("**", "")
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", bare)


def shortened(text: str) -> str:
    """A name that is not too long to be one."""
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"
