"""Pictures of figures: one browser for all, our typeface, and a word where there is none."""

import asyncio
import io
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from PIL import Image

from ui.report import picture
from ui.theme import LIGHT

FIGURE: dict[str, Any] = {
    "data": [{"type": "bar", "x": [1, 2], "y": [1, 3]}],
    "layout": {
        "height": 200,
        "font": {"family": "Be Vietnam Pro"},
        "margin": {"l": 0, "r": 0, "t": 4, "b": 0},
        "xaxis": {"visible": False},
    },
}


@pytest.fixture
def _drawing(chrome: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A browser to draw with; it is ended after the test."""
    monkeypatch.setenv("BROWSER_PATH", str(chrome))
    yield
    picture._KEPT.end()


@pytest.mark.browser
@pytest.mark.usefixtures("_drawing")
def test_one_browser_draws_all_pictures_in_our_typeface() -> None:
    assert picture.is_there()
    drawn = Image.open(io.BytesIO(picture.paint(FIGURE, "png", 500)))
    kept = picture._KEPT._browser
    assert (drawn.width / drawn.height, drawn.width % 500) == (2.5, 0)
    assert drawn.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    text = picture.framed(FIGURE, "Tỷ lệ chốt <b>", "quý 3", ["4.438 lead", "http://pheu.test"])
    vector = unescape(picture.paint(text, "svg", 500).decode())
    assert picture._KEPT._browser is kept
    assert "Be Vietnam Pro" in vector
    for said in ("Tỷ lệ chốt <b>", "quý 3", "4.438 lead", "http://pheu.test"):
        assert said in vector


def test_a_frame_leaves_a_figure_as_it_is() -> None:
    before = go.Figure(FIGURE).to_json()
    framed = picture.framed(FIGURE, "Title", "", ["of"])
    assert go.Figure(FIGURE).to_json() == before
    assert framed["data"] == FIGURE["data"]
    assert framed["layout"]["height"] > FIGURE["layout"]["height"]


def test_without_a_browser_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    from choreographer.browsers.chromium import Chromium

    monkeypatch.setattr(Chromium, "find_browser", lambda **_options: None)
    assert not picture.is_there()
    with pytest.raises(picture.NoBrowser, match="Chromium"):
        picture.paint(FIGURE, "png", 500)
    assert picture._KEPT._loop is None


@pytest.mark.parametrize(
    ("user", "gives_one", "tried"), [(0, True, "-"), (1000, True, "+"), (1000, False, "+-")]
)
def test_it_has_its_sandbox_wherever_there_is_one(
    user: int, gives_one: bool, tried: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    class Browser:
        def __init__(self, *, browser_cls: Any, enable_sandbox: bool, **_options: Any) -> None:
            self.tried, self.kind = "-+"[enable_sandbox], browser_cls
            seen.append(self)

        async def open(self) -> None:
            if self.tried == "+" and not gives_one:
                raise RuntimeError("No usable sandbox!")

        async def close(self) -> None:
            self.tried += "!"

    monkeypatch.setattr("kaleido.Kaleido", Browser)
    monkeypatch.setattr("os.geteuid", lambda: user)
    found = asyncio.run(picture._opened())
    assert "".join(each.tried for each in seen).replace("!", "") == tried
    assert [each for each in seen if "!" not in each.tried] == [found]


def test_a_browser_that_does_not_answer_is_given_up_and_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[bool] = []

    class Stuck:
        async def calc_fig(self, *_figure: Any) -> bytes:
            await asyncio.Event().wait()
            return b""

        async def close(self) -> None:
            ended.append(True)

    async def opened() -> Stuck:
        return Stuck()

    monkeypatch.setattr(picture, "_opened", opened)
    monkeypatch.setattr(picture, "_PATIENCE", 0.05)
    with pytest.raises(picture.NoBrowser):
        picture.paint(FIGURE, "png", 500)
    assert (ended, picture._KEPT._browser) == ([True], None)


def test_the_background_of_a_picture_is_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    class Quick:
        async def calc_fig(self, figure: dict[str, Any], _options: Any) -> bytes:
            asked.append(figure)
            return b"picture"

        async def close(self) -> None:
            return

    async def opened() -> Quick:
        return Quick()

    monkeypatch.setattr(picture, "_opened", opened)
    assert picture.paint(FIGURE, "svg", 500) == b"picture"
    picture._KEPT.end()
    assert asked[0]["layout"]["paper_bgcolor"] == LIGHT.background
