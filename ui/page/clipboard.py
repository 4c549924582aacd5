"""A button that copies a text: one click, and it says so in its place."""

from pathlib import Path
from typing import Literal

from ui import session
from ui.component import component
from ui.language.messages import _

_BROWSER = Path(__file__).resolve().parent / "browser"
_STYLE = (_BROWSER / "clipboard.css").read_text(encoding="utf-8")


def button(
    label: str, text: str, name: str, *, type: Literal["secondary", "tertiary"] = "secondary"
) -> None:
    """The button; a browser that does not let it copy shows the text, selected, to be copied."""
    component("clipboard", _BROWSER, html="<div class='clipboard'></div>", css=_STYLE)(
        key=session.key(f"clipboard_{name}").replace("__", "_"),  # two part its own names
        data={
            "label": label,
            "text": text,
            "type": type,
            "done": _("Copied"),
            "by_hand": _("Copy it by hand:"),
        },
        width="content",
    )
