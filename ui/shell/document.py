"""The document that a browser is given at a page's address, before Streamlit draws into it.

It is Streamlit's own with three things more. One line says where the server is: without it the
browser first looks for one below the page (`/funnel/_stcore/health`), and is told twice that there
is none. The style of the product is there before anything is drawn, so that nothing jumps. And what
the page is drawn with is named beforehand (`ui/shell/program.py`).
"""

import re
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from analytics.view.parameters import ABOUT_THE_READER
from ui.component import component
from ui.page import layout
from ui.shell import program, streamlit_words

_BROWSER = Path(__file__).resolve().parent / "browser"
# The typeface of what has no other: nothing on a page is drawn with it.
_THEIR_FONT = re.compile(r'<link\s+rel="preload"[^>]*as="font"[^>]*/>')
# The folder that the document's own scripts come from, also when a proxy serves Pheu below a path.
_SERVER = "window.__streamlit = {BACKEND_BASE_URL: new URL('.', location.href).href}"


def routes(
    names: Collection[str],
    addressed: Callable[[], Collection[str]],
    base: str = "",
    *,
    bare: Callable[[], None],
    start: Callable[[Request], str | None],
) -> list[Route]:
    """The routes of `/` and of all pages by name, of which some are `addressed` at the moment.

    All of them are below a `base` path, such as `/pheu`, where the server has one. `bare` is told
    of each start page whose address says nothing of what to show; where `start` names another
    address for a request of it, that is led to.

    The others lead to the start page at `/`: its own name, and pages that have nothing to show yet.
    Streamlit would say that there is no such page.
    """

    def page(request: Request) -> Response:
        name = request.url.path.rpartition("/")[2]
        if name and name not in addressed():
            query = request.url.query
            return RedirectResponse(f"./?{query}" if query else "./")
        if not name and (begins := start(request)):
            return RedirectResponse(f"./{begins}", headers={"Cache-Control": "no-store"})
        if not name and request.query_params.keys() <= ABOUT_THE_READER:
            bare()
        return HTMLResponse(document(name), headers={"Cache-Control": "no-cache"})

    return [Route(f"{base}/{name}", page) for name in ("", *names)]


@cache
def document(page: str = "") -> str:
    """The text of the document of a page; the start page has no name."""
    index = Path(st.__file__).parent / "static" / "index.html"
    text = _THEIR_FONT.sub("", index.read_text(encoding="utf-8"))
    style = layout.STYLE.read_text(encoding="utf-8")
    head = f"<head>\n    <script>{_SERVER}</script>\n    <style>\n{style}</style>"
    text = text.replace("<head>", head, 1)
    return text.replace("</head>", f"{program.preloads(page)}\n  </head>", 1)


def speak(lang: str, theme: str | None) -> None:
    """Tells the browser the language of a page that is shown, and has it find places in the page.

    `theme` is `light` or `dark` where the page has one of its own, whatever the browser asks for.

    Streamlit's document is in English whatever is on it, and so are its buttons' names: they would
    be read aloud so. When the
    browser's theme changes, the page is drawn anew.
    """
    component("document", _BROWSER)(
        key="document",
        data={"lang": lang, "theme": theme, "words": streamlit_words.told()},
        on_theme_change=lambda: None,  # that the page is drawn anew is all
    )
