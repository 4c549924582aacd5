"""Pictures of figures: drawn by one browser that the server keeps, in our typeface.

The browser is Chrome or Chromium where one is installed, or the one that `BROWSER_PATH` names. It
is started for the first picture, and ended when nobody has asked for one in a while.
"""

import asyncio
import atexit
from collections.abc import Callable, Coroutine, Mapping, MutableMapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock, Thread, Timer
from typing import Any, Literal
from xml.sax.saxutils import escape

import fontpkg_be_vietnam_pro as face

from ui.language.messages import _
from ui.theme import LIGHT

Paint = Callable[[Mapping[str, Any], Literal["png", "svg"], int], bytes]
"""Makes a picture of a figure, so many pixels wide."""

FONTS = Path(face.ROOT) / "files"
"""The folder of the product's typeface."""

_PATIENCE = 30.0  # s for one picture; the first one starts the browser
_IDLE = 60.0  # s until the browser ends
_SHARP = 3  # pixels of a picture for one of the screen: enough to be printed


class NoBrowser(Exception):
    """There is no browser to draw with, or it does not answer; its text is for the reader."""


def is_there() -> bool:
    """Whether a browser is installed that can draw."""
    from choreographer.browsers.chromium import Chromium

    found = Chromium.find_browser(skip_local=False)
    return found is not None and Path(found).is_file()


def paint(figure: Mapping[str, Any], form: Literal["png", "svg"], width: int) -> bytes:
    """A picture of a figure, as high as the figure says.

    Raises:
        NoBrowser: there is none, or it takes too long.
    """
    return _KEPT.picture(figure, form, width)


class _Kept:
    """One browser on a loop of its own, for all who ask: one picture after the other."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
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
        self._loop = asyncio.new_event_loop()
        Thread(target=self._loop.run_forever, name="pictures", daemon=True).start()
        self._browser = self._wait(_opened())

    def _stop(self) -> None:
        if self._loop is None:
            return
        if self._browser is not None:
            try:
                self._wait(self._browser.close())
            except Exception:  # it may be gone already
                self._browser = None
        self._browser = None
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._loop = None

    def _wait(self, task: Coroutine[Any, Any, Any]) -> Any:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(task, self._loop).result(_PATIENCE)


async def _opened() -> Any:
    """A browser that knows our typeface as one of the system's: pictures load no other."""
    from choreographer.browsers.chromium import Chromium
    from kaleido import Kaleido

    class Browser(Chromium):  # type: ignore[misc]  # it carries no types
        def get_env(self) -> MutableMapping[str, str]:
            return {**super().get_env(), "FONTCONFIG_FILE": _fontconfig()}

    browser = Kaleido(mathjax=False, browser_cls=Browser)
    await browser.open()
    return browser


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
    return _("Pictures need Chrome or Chromium on the server, and there is none.")


_KEPT = _Kept()
atexit.register(_KEPT.end)
