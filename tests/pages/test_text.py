"""Text is text: whatever a company calls a source, an owner or a stage, a page shows it as it is.

No name becomes a link, an icon, a formula, a colour or a heading, and none turns around the words
beside it.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from analytics.view.view import View
from data.pipeline import Exit, Pipeline, Stage
from tests.pages.conftest import Serve
from tests.support.browsing import dialog
from tests.support.browsing import opened as browsed
from tests.support.histories import START, store_of
from tests.support.screen import PAGES, opened
from tests.support.screen import dialog as pressed
from tests.support.serving import serving
from ui.language import labels
from ui.page import markdown

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = (
    "https://evil.example/a",
    "www.evil.example",
    "spy@evil.example",
    ":material/home:",
    ":smile:",
    "[x](https://evil.example)",
    "**bold** _it_ `code`",
    r"$\alpha$",
    "<b>bold</b><img src=x>",
    ":red[red]",
    "\u202etxet",
    "&lt;b&gt;",
    "# heading",
    "1. list",
    "a -> b",
    *("seo", "SEO", "a\nb", "x" * 1_200),  # two that read the same, two lines, a long one
)
# What must not reach anything that reads marks, of the names as they are.
RAW = (
    "https://evil www.evil spy@evil :material/home: :smile: [x]( **bold** `code` $\\alpha$ <b>bold "
    "<img :red[red] \u202e &lt;b&gt;"
).split()
_MARKED = re.compile("|".join(rf"(?<!\\){re.escape(raw)}" for raw in RAW))
RAW_IN_CHARTS = ("<b>bold", "<img", "\u202e", "<b&gt;")
# Fields of what is sent to the browser that it shows letter by letter, or not at all.
LITERAL = set(
    "options placeholder code_text id default raw_values raw_value selected_values columns "
    "alt json query_string".split()  # json: what a board is made of, by textContent
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Leads whose sources, owners, companies and stages are called that."""
    chance = Random(11)
    stages = tuple(
        Stage(slug, group, (("en", name), ("vi", name)))
        for slug, group, name in zip(
            ("new", "called", "quoted", "won"),
            ("lead", "prospect", "opportunity", "customer"),
            (
                f"{NAMES[0]} {NAMES[3]}",
                f"{NAMES[5]} {NAMES[10]}",
                f"{NAMES[8]} {NAMES[4]}",
                NAMES[9],
            ),
            strict=True,
        )
    )
    leads: list[dict[str, Any]] = []
    moves, touches = [], []
    for number, name in zip(range(60 * len(NAMES)), cycle(NAMES), strict=False):
        lead, now = f"{name} {number}", START + timedelta(hours=9 * number)
        about = {"source": name, "campaign": name, "owner": name, "company": f"{name} {number}"}
        leads.append({"lead_id": lead, "created_at": now, "amount": 1_000.0, **about})
        touches.append((lead, now, name, name))
        for stage in stages[1:]:
            now += timedelta(days=chance.expovariate(1 / 5))
            if chance.random() < (0.7 if name == NAMES[0] and number > 450 else 0.25):
                moves.append((lead, "gone", now))
                break
            moves.append((lead, stage.slug, now))
    spend = [
        {"day": (START + timedelta(days=30 * month)).date(), "source": name, "amount": 5_000.0}
        for month in range(12)
        for name in NAMES
    ]
    folder = tmp_path_factory.mktemp("text")
    pipeline = Pipeline(stages, (Exit("gone"),))
    return store_of(folder, leads, moves, touches=touches, spend=spend, pipeline=pipeline).root


@pytest.mark.parametrize("page", PAGES)
def test_no_name_is_read_for_marks(serve: Serve, root: Path, page: str) -> None:
    serve(root)
    link = {"level": "stage", "stage": "won", "by": "source", "compare": "previous"}
    chosen = {
        "funnel": {"from_": "2024-06-01", "owner": ",".join(NAMES[:10])},
        "leads": {"from_": "2024-06-01", "owner": NAMES[3]},
        "time_in_stage": {"source": f"seo,SEO,{NAMES[0]}"},  # in one picture
        "to_do": {"lead": f"{NAMES[5]} 5"},  # one lead, opened beside
    }
    screen = opened(page, lang="en", **link, **chosen.get(page, {}))
    found = list(_texts(screen.main))
    chosen.get(page, {}).pop("lead", None)  # beside an open lead nothing else is opened
    screen = opened(page, lang="en", **link, **chosen.get(page, {}))
    for key in re.findall(r"(how_\w+)__en", repr(screen.session_state)):
        found += _texts(pressed(screen, key)._tree)  # "How counted", of every card
    marked = [(kind, text) for kind, text in found if _MARKED.search(text)]
    assert marked == []
    drawn = [
        text
        for chart in screen.get("plotly_chart")
        for text in _drawn(json.loads(chart.proto.spec))
        for raw in RAW_IN_CHARTS
        if raw in text
    ]
    assert drawn == []


def test_the_browser_shows_every_name_as_it_is(
    root: Path, tmp_path: Path, browser: "Browser"
) -> None:
    """In sentences, in labels of choices, and in what can be chosen."""
    with serving(root, tmp_path / "server.log") as server:
        page = browser.new_page(locale="en-GB")
        # Every name stands in the notice, too: nobody works in a team that is called that.
        view = View(by="source", level="stage", stage="won", lang="en").where(
            "team", [None, *NAMES]
        )
        browsed(page, server, f"/funnel{view.to_link()}")
        told = page.get_by_test_id("stAlert").inner_text()
        assert all(labels.own(name) in told for name in NAMES[:15])
        assert _acting(page) == []
        with dialog(page, "Filters"):
            page.get_by_role("combobox", name="Source").click()
            page.get_by_role("option").first.wait_for()
            assert _acting(page) == []
            page.keyboard.press("Escape")  # the list of options
        page.close()


def test_a_name_is_the_same_when_it_is_read_aloud() -> None:
    for name in NAMES:
        assert markdown.spoken(markdown.plain(name)) == labels.own(name)


def _texts(block: Any) -> Iterator[tuple[str, str]]:
    """Every text of every element that the browser reads for marks, with the element's kind."""
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from _texts(child)
            continue
        if child.type not in ("plotly_chart", "arrow_data_frame", "bidi_component"):
            for text in _strings(child.proto):
                yield text[0], text[1]


def _strings(message: Any) -> Iterator[tuple[str, str]]:
    """Every text of a protocol message, at any depth, with the name of its field."""
    for field, value in message.ListFields():
        if field.name in LITERAL and not message.DESCRIPTOR.name.startswith(
            ("ButtonGroup", "Radio")
        ):
            continue
        for each in [value] if isinstance(value, str) else _all(value):
            if hasattr(each, "DESCRIPTOR"):
                yield from _strings(each)
            elif isinstance(each, str):
                yield f"{message.DESCRIPTOR.name}.{field.name}", each


def _all(value: Any) -> list[Any]:
    """The values of a field that has several, else the one that it has."""
    return list(value) if hasattr(value, "__iter__") else [value]


def _drawn(part: Any) -> Iterator[str]:
    """Every text of a figure but the keys of its marks."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name != "customdata":
                yield from _drawn(value)
    elif isinstance(part, list):
        for value in part:
            yield from _drawn(value)
    elif isinstance(part, str):
        yield part


def _acting(page: Any) -> list[str]:
    """What on the screen is more than text, and of a name."""
    found: list[str] = page.evaluate(
        """() => {
            const all = (what) => [...document.querySelectorAll(what)];
            const said = (element) => element.outerHTML.slice(0, 200);
            return [
                ...all('a[href*=evil], img[src=x], .katex, [aria-label="home icon"]').map(said),
                ...all('strong, em, code, b').filter(
                    (each) => ['bold', 'it', 'code'].includes(each.textContent)).map(said),
                ...all('.stMarkdownColoredText').filter(
                    (each) => each.textContent == 'red').map(said),
                ...['\\u202e', '😄', '→ b'].filter(
                    (each) => document.body.innerText.includes(each)),
            ];
        }"""
    )
    return found
