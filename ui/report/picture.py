"""Pictures of figures: drawn by one browser that the server keeps, in our typeface.

The browser is Chrome or Chromium where one is installed, or the one that `BROWSER_PATH` names. It
is started for the first picture, and ended when nobody has asked for one in a while.
"""

import asyncio
import atexit
import os
from collections.abc import Callable, Coroutine, Mapping, MutableMapping, Sequence
from contextlib import suppress
from functools import cache
from html import escape
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Event, Lock, Thread, Timer
from typing import Any, Literal

from ui.language.messages import _
from ui.theme import FONTS, LIGHT

Paint = Callable[[Mapping[str, Any], Literal["png", "svg"], int], bytes]
"""Makes a picture of a figure, so many pixels wide."""

_PATIENCE = 30.0  # s for one picture; the first one starts the browser
_IDLE = 60.0  # s until the browser ends
_EDGE, _LABELS = 24, 44  # px around a picture, and below it where an axis has labels
_NOT_WANTED = ("--disable-web-security", "--disable-popup-blocking")
_SHARP = 3  # pixels of a picture for one of the screen: enough to be printed


class NoBrowser(Exception):
    """There is no browser to draw with, or it does not answer; its text is for the reader."""


def is_there() -> bool:
    """Whether a browser is installed that can draw."""
    from choreographer.browsers.chromium import Chromium

    found = Chromium.find_browser(skip_local=False)
    return found is not None and Path(found).is_file()


def missing() -> str:
    """What is shown where there is no such browser."""
    return _("Pictures need Chrome or Chromium on the server, and there is none.")


def paint(figure: Mapping[str, Any], form: Literal["png", "svg"], width: int) -> bytes:
    """A picture of a figure, as high as the figure says.

    Raises:
        NoBrowser: there is none, or it takes too long.
    """
    return _KEPT.picture(figure, form, width)


def framed(
    figure: Mapping[str, Any], title: str, subtitle: str, foot: Sequence[str]
) -> Mapping[str, Any]:
    """The same figure to stand by itself: below its title, and above what it is of."""
    layout = figure["layout"]
    margin = layout["margin"]
    labels = 0 if layout["xaxis"].get("visible") is False else _LABELS
    above, below = 24 + 34 * bool(title) + 22 * bool(subtitle), 18 * len(foot) + 12
    lines = [
        {"text": f"<b>{escape(title)}</b>", "font": {"size": 20, "color": LIGHT.ink}},
        {"text": escape(subtitle), "font": {"size": 14, "color": LIGHT.muted}},
    ]
    edge = {"x": 0, "xref": "paper", "xanchor": "left", "showarrow": False, "align": "left"}
    written = [
        {**line, **edge, "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": shift}
        for line, shift in zip(lines, (margin["t"] + 34, margin["t"] + 10), strict=True)
    ]
    written.append(
        {
            "text": "<br>".join(map(escape, foot)),
            "font": {"size": 11, "color": LIGHT.muted},
            **edge,
            "y": 0,
            "yref": "paper",
            "yanchor": "top",
            "yshift": -margin["b"] - labels - 8,
        }
    )
    return {
        "data": figure["data"],
        "layout": {
            **layout,
            "height": layout["height"] + above + below + labels,
            "margin": {
                "l": margin["l"] + _EDGE,
                "r": margin["r"] + _EDGE,
                "t": margin["t"] + above,
                "b": margin["b"] + below + labels,
            },
            "annotations": [*layout.get("annotations", ()), *written],
        },
    }


class _Kept:
    """One browser on a loop of its own, for all who ask: one picture after the other."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None
        self._thread: Thread | None = None
        self._browser: Any = None
        self._ends: Timer | None = None

    def picture(self, figure: Mapping[str, Any], form: str, width: int) -> bytes:
        drawn = {**figure, "layout": {**figure["layout"], "paper_bgcolor": LIGHT.background}}
        options = {
            "format": form,
            "width": width,
            "height": figure["layout"]["height"],
            "scale": _SHARP if form == "png" else 1,
        }
        with self._lock:
            if self._ends is not None:
                self._ends.cancel()
            try:
                if self._browser is None:
                    self._start()
                picture: bytes = self._wait(self._browser.calc_fig(drawn, options))
            except Exception as error:
                self._stop()
                raise NoBrowser(_why()) from error
            self._ends = Timer(_IDLE, self.end)
            self._ends.daemon = True
            self._ends.start()
        return picture

    def end(self) -> None:
        """Ends the browser, if there is one."""
        with self._lock:
            self._stop()

    def _start(self) -> None:
        began = Event()
        self._thread = Thread(target=asyncio.run, args=(self._serve(began),), name="pictures")
        self._thread.daemon = True
        self._thread.start()
        began.wait()
        self._browser = self._wait(_opened())

    async def _serve(self, began: Event) -> None:
        """The loop of the browser, until it is over; what still runs then is given up."""
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        began.set()
        await self._over.wait()

    def _stop(self) -> None:
        if self._loop is None or self._thread is None or self._over is None:
            return
        if self._browser is not None:
            with suppress(Exception):  # it may be gone already
                self._wait(self._browser.close())
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(_PATIENCE)
        self._browser = self._loop = self._thread = self._over = None

    def _wait(self, task: Coroutine[Any, Any, Any]) -> Any:
        if self._loop is None:
            raise RuntimeError("There is no loop to wait for.")
        return asyncio.run_coroutine_threadsafe(task, self._loop).result(_PATIENCE)


async def _opened() -> Any:
    """A browser that knows our typeface as one of the system's: pictures load no other."""
    from choreographer.browsers.chromium import Chromium
    from kaleido import Kaleido

    class Browser(Chromium):  # type: ignore[misc]  # it carries no types
        def get_cli(self) -> Sequence[str]:
            return [flag for flag in super().get_cli() if flag not in _NOT_WANTED]

        def get_env(self) -> MutableMapping[str, str]:
            return {**super().get_env(), "FONTCONFIG_FILE": _fontconfig()}

    async def begun(*, sandbox: bool) -> Any:
        browser = Kaleido(mathjax=False, browser_cls=Browser, enable_sandbox=sandbox)
        try:
            await browser.open()
        except Exception:
            with suppress(Exception):
                await browser.close()
            raise
        return browser

    # For root it starts without its sandbox only; and so it does where the system gives it none, as
    # containers do.
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        with suppress(Exception):
            return await begun(sandbox=True)
    return await begun(sandbox=False)


@cache
def _fontconfig() -> str:
    """A setting of fontconfig: the fonts of the system, and ours."""
    with NamedTemporaryFile("w", suffix=".conf", delete=False, encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
            f"<dir>{escape(str(FONTS))}</dir></fontconfig>"
        )
    atexit.register(Path(file.name).unlink, missing_ok=True)
    return file.name


def _why() -> str:
    if is_there():
        return _("The server's browser, which draws pictures, did not answer. Try again.")
    return missing()


_KEPT = _Kept()
atexit.register(_KEPT.end)
