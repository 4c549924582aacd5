"""A card: its title and measure, its chart, its CSV, and how its numbers are counted."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from analytics.asked import Asked
from analytics.export import to_csv
from ui import guest, session
from ui.charts import CONFIG, enlarged
from ui.language.messages import _
from ui.page import dialog, notes, offscreen, projector, take_away
from ui.page.markdown import gray, spoken, unbroken
from ui.theme import Look
from ui.theme import look as look_of

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler  # with Jinja: only for tables that have a look

_CHARTS: ContextVar[list[str] | None] = ContextVar("charts", default=None)
"""The names of the figures of the card that is drawn."""

_DRAWN = "cards_drawn"
STEP, TALLEST = 40, 840  # px: the heights of figures that fill their cards, as `style.css` has them


@dataclass(frozen=True)
class How:
    """How a card's numbers are counted: sentences with a lead-in each, the question, the rows.

    The sentences and the rows, like the SQL, are only made when somebody looks.
    """

    name: str
    say: Callable[[], Sequence[tuple[str, str]]]
    asked: Asked
    told: Callable[[], pd.DataFrame]

    @property
    def rows(self) -> pd.DataFrame:
        """The rows behind the numbers."""
        return self.told()


def look() -> Look:
    """The colours of the reader's theme."""
    return look_of(st.context.theme.type)


@contextmanager
def card(
    title: str, subtitle: str = "", *, how: How | None = None, anchor: str | None = None
) -> Iterator[None]:
    """A box titled by a finding, with the measure below it; its content goes inside.

    A card with an `anchor` can be linked to.
    """
    name = how.name if how is not None else f"{crc32(title.encode()):08x}"
    charts: list[str] = []
    if how is not None:
        drawn()[name] = title
    with st.container(border=True, height="stretch", gap="small", key=session.key(f"card_{name}")):
        head = st.container(horizontal=True, wrap=False, horizontal_alignment="distribute")
        with head, st.container(gap=None):
            st.header(title, anchor=anchor or False)
            if subtitle:
                st.markdown(gray(unbroken(subtitle)))
        within = _CHARTS.set(charts)
        yield
        _CHARTS.reset(within)
        if how is not None:
            with head:
                _how_counted(how, charts)


def begin() -> None:
    """Begins a page: it has no card yet. Called once, by the shell, before anything is drawn."""
    st.session_state[_DRAWN] = {}


def drawn() -> dict[str, str]:
    """The titles of the page's cards that say how they count, by name, in the order drawn."""
    titles: dict[str, str] = st.session_state.setdefault(_DRAWN, {})
    return titles


def icon(how: How) -> None:
    """The icon that opens how numbers are counted, for what is no card, such as a tile."""
    _how_counted(how, ())


def chart(
    figure: go.Figure,
    name: str,
    *,
    alt: str,
    on_click: Callable[[str], None] | None = None,
    fills: bool = False,
    axis: notes.Axis | None = None,
    tells: bool = True,
) -> None:
    """A figure; a click on a mark calls `on_click` with what the mark stands for.

    One that `fills` its card grows where the card beside it is higher: up to three times. Notes
    that belong to its `axis` are on it, and below it unless another figure `tells` them there.
    """
    key = session.key(f"chart_{name}")
    noted = [] if axis is None else notes.on(axis)
    if noted:
        figure = notes.written_on(figure, noted, look())
    if (charts := _CHARTS.get()) is not None:
        charts.append(name)
    if projector.is_on():
        figure = enlarged(figure, projector.LARGER)
    fills = (fills or projector.has_card_alone()) and figure.layout.height <= TALLEST
    if fills:
        # The style of the page knows a height by the key's first part, in steps of it.
        least = -(-round(figure.layout.height) // STEP) * STEP
        frame: Any = st.container(height="stretch", key=f"fill_{least}_{key}")
    else:
        frame = nullcontext()
    with frame:
        st.plotly_chart(
            figure,
            height="stretch" if fills else "content",
            theme=None,
            key=key,
            alt=spoken(alt),
            config=CONFIG,
            on_select="ignore" if on_click is None else lambda: _clicked(key, on_click),
            selection_mode="points",
        )
    if tells:
        notes.told(noted)


def table(rows: "pd.DataFrame | Styler", **options: Any) -> Any:
    """The rows as a table without an index."""
    return st.dataframe(rows, hide_index=True, **options)


def download(label: str, rows: Callable[[], pd.DataFrame], name: str) -> None:
    """A button that makes the CSV when it is pressed."""
    st.download_button(
        label,
        data=session.while_let_in(lambda: to_csv(rows()).encode("utf-8-sig")),
        file_name=f"pheu-{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key=session.key(f"csv_{name}"),
    )


def _how_counted(how: How, charts: Sequence[str]) -> None:
    """The icon of a card, which opens how its numbers are counted."""
    if (told := offscreen.told.get()) is not None:
        told.hows.append(how)
    dialog.button(
        _("How counted"),
        f"how_{how.name}",
        partial(_told, how, charts),
        icon=":material/info:",
        type="tertiary",
    )


def _told(how: How, charts: Sequence[str]) -> None:
    st.markdown("\n".join(f"- **{lead_in}** {text}" for lead_in, text in how.say()))
    if not guest.hides_filters():  # they stand in it
        with st.expander("SQL"):
            st.code(how.asked.sql(), language="sql")
    with st.container(horizontal=True):
        download(_("These numbers as CSV"), lambda: how.rows, how.name)
        take_away.pictures(charts)


def _clicked(key: str, on_click: Callable[[str], None]) -> None:
    points = st.session_state[key]["selection"]["points"]
    if points:
        mark = points[0]["customdata"]
        on_click(mark[0] if isinstance(mark, list) else mark)
