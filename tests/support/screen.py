"""The screen without a browser: every page through the shell, and what is to be read on it."""

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.parameters import ABOUT_THE_READER
from analytics.view.view import View
from tests.support.patience import PATIENCE
from ui import answers
from ui.language import current

PAGES = (
    "overview",
    "funnel",
    "leads",
    "time_in_stage",
    "sources",
    "bottlenecks",
    "to_do",
    "quality",
    "handover",
    "response",
    "data",
    "definitions",
)
WITH_NUMBERS = PAGES[:6]
LANGUAGES = ("en", "vi")
BOARD = "pheu.board"
Query = dict[str, str]

_DRAWN: dict[tuple[object, ...], AppTest] = {}
_SHELL = Path(__file__).resolve().parent.parent.parent / "ui" / "shell" / "shell.py"


def in_turn(queries: Iterable[Query]) -> list[tuple[str, Query]]:
    """Queries, each with a language, one and the other in turn.

    What a number is does not depend on the language, nor how it is worded on the query.
    """
    return list(zip(itertools.cycle(LANGUAGES), queries, strict=False))


def opened(
    page: str, locale: str | None = None, chosen: Mapping[str, Any] | None = None, /, **query: str
) -> AppTest:
    """A page by its link, the first thing this reader does; `from_` stands for `from`.

    Where nothing is said to count by, it is all data, as in links of the first version: what a bare
    address opens is `bare`.
    """
    if not query.keys() - ABOUT_THE_READER:
        query = {"v": "1", **query}
    return bare(page, locale, chosen, **query)


def bare(
    page: str, locale: str | None = None, chosen: Mapping[str, Any] | None = None, /, **query: str
) -> AppTest:
    """The same with nothing but what the link says.

    chosen: what widgets say by their keys, as if set before: to set one later draws the page twice.
    """
    screen = AppTest.from_file(_SHELL, default_timeout=PATIENCE)
    if locale:
        screen.context["locale"] = locale
    for key, value in (chosen or {}).items():
        screen.session_state[key] = value
    screen.query_params.update({name.rstrip("_"): value for name, value in query.items()})
    if page != "overview":
        screen.switch_page(f"../../pages/{page}.py")
    return settled(screen)


def looked_at(page: str, **query: str) -> AppTest:
    """The same for tests that only read it: drawn once, whoever asks."""
    key = (str(answers.store().root), page, *sorted(query.items()))
    if key not in _DRAWN:
        _DRAWN[key] = opened(page, **query)
    screen = _DRAWN[key]
    current.use(str(screen.query_params["lang"]))
    return screen


def moved(screen: AppTest, page: str) -> AppTest:
    """The same reader on another page, whose menu entry carries no parameters."""
    screen.query_params.clear()
    return settled(screen.switch_page(f"../../pages/{page}.py"))


def settled(touched: Any) -> AppTest:
    """The screen after a run, which must not have failed; `touched` is it or a widget on it.

    What is compared with it from here on speaks its language.
    """
    screen: AppTest = touched.run()
    assert not screen.exception, [found.message for found in screen.exception]
    current.use(str(screen.query_params.get("lang", current.DEFAULT)))
    return screen


def shown(screen: AppTest) -> Scope:
    """The view that the address says, of the generation it is of; nothing of it is lost."""
    view, lost = View.parse(_query(screen))
    generation, fitting, unknown = vocabulary.opened(view, answers.store())
    assert (lost, unknown, fitting) == ((), (), view)
    assert view.to_short_query() == _query(screen)
    return Scope(view, generation)


def bars(screen: AppTest, place: int = 0) -> dict[str, int]:
    """What the bars of a funnel are long, by step."""
    spec = json.loads(screen.get("plotly_chart")[place].proto.spec)
    _clicked, *parts = spec["data"]
    lengths: dict[str, int] = {}
    for part in parts:
        for step, length in zip(part["customdata"], part["x"], strict=True):
            lengths[step] = lengths.get(step, 0) + length
    return lengths


def reached(screen: AppTest) -> dict[str, int]:
    """How many leads the first bars of a pair stand for, by step: as their hover says."""
    spec = json.loads(screen.get("plotly_chart")[0].proto.spec)
    part = next(each for each in spec["data"] if each["hoverinfo"] == "text")
    lines = [text.split("<br>")[1] for text in part["hovertext"]]
    counts = [int(re.sub(r"\D", "", line)) for line in lines]
    return dict(zip(part["customdata"], counts, strict=True))


def said(screen: AppTest) -> str:
    """All the text of the page's body, one piece a line."""
    return "\n".join(_texts(screen.main))


def how_counted(screen: AppTest, card: str) -> str:
    """What a card says when it is asked how it is counted, and its SQL after that."""
    screen = dialog(screen, f"how_{card}")
    return "\n".join([*(each.value for each in (*screen.markdown, *screen.code))])


def dialog(screen: AppTest, name: str) -> AppTest:
    """The screen after a press on the button that opens a dialog."""
    return settled(screen.button(f"{name}__{screen.query_params['lang']}").click())


def says(screen: AppTest, name: str) -> str:
    """What the link says of a parameter, also where it need not write it."""
    return shown(screen).view.to_query()[name]


def read(table: Any) -> pd.DataFrame:
    """A table as it is read: the texts of its values where it has some."""
    sent = table.proto.arrow_data
    return convert_arrow_bytes_to_pandas_df(sent.styler.display_values or sent.data)


def board(screen: AppTest, place: int = 0) -> dict[str, list[str]]:
    """A board as it is read: by its rows' ids, the text of each cell with the note below it."""
    return {
        row["id"]: [
            " ".join(cell.get(part, "") for part in ("value", "word", "note")).strip()
            for cell in row["cells"]
        ]
        for row in boards(screen)[place]["rows"]
    }


def boards(screen: AppTest) -> list[dict[str, Any]]:
    """What the browser is told of the page's boards."""
    drawn = [each.proto for each in screen.main.get("bidi_component")]
    return [json.loads(each.json) for each in drawn if each.component_name == BOARD]


def to_copy(screen: AppTest) -> list[str]:
    """The texts that the page's buttons copy."""
    drawn = [each.proto for each in screen.get("bidi_component")]
    named = [each for each in drawn if each.component_name == "pheu.clipboard"]
    return [json.loads(each.json)["text"] for each in named]


def notice(screen: AppTest) -> str:
    """The one notice about the link; '' when there is none."""
    assert len(screen.warning) <= 1
    return screen.warning[0].value if screen.warning else ""


def _query(screen: AppTest) -> dict[str, str]:
    # A parameter that came several times would be a list; ours never do.
    return {name: str(value) for name, value in screen.query_params.items()}


def _texts(block: Any) -> Iterator[str]:
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from _texts(child)
        elif child.type in (
            "title",
            "header",
            "subheader",
            "markdown",
            "warning",
            "info",
            "success",
        ):
            yield child.value
        elif child.type in ("metric", "button", "page_link"):
            yield child.proto.label
