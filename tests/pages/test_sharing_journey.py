"""Two people with a browser each: what one froze is what the other one sees, thirty loads later."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from analytics.__main__ import app
from tests.support.browsing import body, choice, dialog, opened
from tests.support.histories import Move, store_of
from tests.support.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LOADS = 30
LINK = "/funnel?v=2&period=all&level=stage&by=team&lang=en"
SINCE = "Từ đó đến nay có gì thay đổi"
_DRAWN = "plots => plots.map(plot => JSON.stringify(plot.data))"


def load(root: Path, leads: int, won: int) -> None:
    """Another generation: so many leads in place of all, of whom so many have become customers."""
    rows = [
        {"lead_id": f"L{n}", "created_at": f"2024-01-{1 + n % 28:02}", "team": "AB"[n % 2]}
        for n in range(leads)
    ]
    moves: list[Move] = [(f"L{n}", "won", "2024-02-09") for n in range(won)]
    store_of(root, rows, moves)


@dataclass(frozen=True)
class Seen:
    """What somebody reads on a page, and what its charts are drawn of."""

    text: str
    charts: tuple[str, ...]

    @classmethod
    def on(cls, page: "Page") -> "Seen":
        charts = page.locator(".js-plotly-plot")
        return cls(body(page), tuple(charts.evaluate_all(_DRAWN)))


def answer_hash(root: Path, address: str) -> str:
    """What the command line answers of the address, to the last letter."""
    told = CliRunner().invoke(app, ["funnel", address, "--store", str(root), "--format", "json"])
    assert told.exit_code == 0, told.output
    return sha256(told.stdout.encode()).hexdigest()


def test_what_was_frozen_is_the_same_thirty_loads_later(browser: "Browser", tmp_path: Path) -> None:
    root = tmp_path / "store"
    load(root, 60, 20)
    with serving(root, tmp_path / "log") as server:
        with browser.new_context(locale="en-GB") as mai:
            page = opened(mai.new_page(), server, LINK)
            with dialog(page, "Share") as form:
                choice(page, "Numbers", "Frozen: as they are now")
                form.get_by_role("button", name="Make the link").click()
                address = form.locator("code", has_text="/s/").inner_text()
        with browser.new_context(locale="vi-VN") as lan:
            page = opened(lan.new_page(), server, address)
            seen, known = Seen.on(page), answer_hash(root, address)
            assert seen.charts
            assert "Cố định: số liệu lúc" in seen.text
            assert page.get_by_role("button", name=SINCE).count() == 0
        for number in range(LOADS):
            load(root, 61 + number, 30)
        assert (root / "1.duckdb").is_file()
        assert not (root / "2.duckdb").exists()
        with browser.new_context(locale="vi-VN") as lan:
            page = opened(lan.new_page(), server, address)
            now = Seen.on(page)
            assert now.charts == seen.charts
            assert now.text.replace(f"update\n\n{SINCE}", "").split() == seen.text.split()
            assert answer_hash(root, address) == known
            with dialog(page, SINCE) as told:
                told.get_by_text("khi đó 60 lead").wait_for()
                assert f"nay {60 + LOADS}" in told.inner_text()
