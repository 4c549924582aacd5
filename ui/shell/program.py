"""The program that the browser runs: Streamlit's scripts and the typefaces, sent quickly.

Streamlit reads its files anew for every visitor, sends them as they are, and lets the browser ask
for what draws an element when the first one comes. Here they are kept as they are sent,
compressed, and the document names beforehand what its page is drawn with: all of it comes at once.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.theme import FONTS

_STREAMLIT = Path(st.__file__).parent / "static"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".ttf": "font/ttf"}
_FOREVER = "public, immutable, max-age=31536000"  # its name changes with what is in it
_A_WEEK = "public, max-age=604800"

_ALWAYS = ("Button", "ButtonGroup", "BidiComponent", "PageLink", "Selectbox")
_LISTS = ("TextInput", "LinkButton", "Pagination")
_ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "": ("Metric", *_ALWAYS),
    "funnel": ("Checkbox", *_ALWAYS, "PlotlyChart"),
    "bottlenecks": _ALWAYS,
    "sources": _ALWAYS,
    "time_in_stage": ("Checkbox", *_ALWAYS),
    "to_do": (*_ALWAYS, *_LISTS),
    "handover": ("Metric", *_ALWAYS),
    "leads": (*_ALWAYS, *_LISTS),
    "data": ("FileUploader", "Radio", *_ALWAYS),
    "definitions": ("TextInput", "Html", *_ALWAYS),
}
"""The elements that each page is drawn with, by the names of Streamlit's modules.

What draws figures is half of the whole program, and the browser does nothing else while it begins:
it is only named where the first card is a figure. Elsewhere it comes when the first card is there.
"""

_WEIGHTS = ("Regular", "Medium", "SemiBold")


@cache
def preloads(page: str) -> str:
    """The lines of a document's head that name what a page is drawn with, the largest last."""
    modules = dict.fromkeys(
        file for element in _ELEMENTS.get(page, _ALWAYS) for file in _modules_of(element)
    )
    smaller_first = sorted(modules, key=lambda file: (_STREAMLIT / file).stat().st_size)
    return "\n".join(
        (
            *(
                f'<link rel="preload" href="./fonts/BeVietnamPro-{weight}.ttf" as="font" '
                'type="font/ttf" crossorigin>'
                for weight in _WEIGHTS
            ),
            *(f'<link rel="modulepreload" crossorigin href="./{file}">' for file in smaller_first),
        )
    )


def _modules_of(element: str) -> tuple[str, ...]:
    """The files of an element's module and of all that it imports, beside those of every page."""
    found = next(name for name in _manifest() if name.endswith(f"/{element}.tsx"))
    return tuple(each for each in _imported(found) if each not in set(_imported("index.html")))


@cache
def _imported(name: str) -> tuple[str, ...]:
    """The files that a module of the manifest needs, its own among them."""
    met: dict[str, None] = {}
    names = [name]
    while names:
        entry = _manifest()[names.pop()]
        if entry["file"] not in met:
            met[entry["file"]] = None
            names += entry.get("imports", ())
    return tuple(met)


@cache
def _manifest() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((_STREAMLIT / "manifest.json").read_text("utf-8"))
    return found


class Program:
    """The middleware that sends the files of the program, to browsers that take them compressed.

    What it does not know it passes on.
    """

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        self._app = app
        self._files = {f"{base}/{address}": file for address, file in _addresses()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the file that a request asks for, or passes the request on."""
        file = self._files.get(scope["path"]) if scope["type"] == "http" else None
        if file is None or not _takes_compressed(scope):
            await self._app(scope, receive, send)
            return
        lasts = _A_WEEK if file.parent == FONTS else _FOREVER
        headers = {
            "Cache-Control": lasts,
            "Content-Encoding": "gzip",
            "Vary": "Accept-Encoding",
        }
        content = await run_in_threadpool(_compressed, file)
        response = Response(content, headers=headers, media_type=_TYPES[file.suffix])
        await response(scope, receive, send)


def _addresses() -> Iterator[tuple[str, Path]]:
    """The files that are worth compressing, by their addresses below the server's."""
    for file in _STREAMLIT.glob("static/*/*"):
        if file.suffix in _TYPES:
            yield file.relative_to(_STREAMLIT).as_posix(), file
    for file in FONTS.glob("*.ttf"):
        yield f"fonts/{file.name}", file


def _takes_compressed(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    takes = headers.get("accept-encoding", "")
    return scope["method"] == "GET" and "gzip" in takes and "range" not in headers


@cache
def _compressed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), compresslevel=6, mtime=0)
