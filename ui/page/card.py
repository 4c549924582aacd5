"""The frame of a page: its header, its cards, and how each of them says where it comes from."""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from pandas.io.formats.style import Styler

from analytics.export import to_csv
from analytics.view.view import View
from data.store import StoreError
from ui import answers, session
from ui.charts import CONFIG
from ui.language import labels, messages
from ui.language.messages import _, _n
from ui.page import filter_bar
from ui.session import Scene
from ui.theme import Look
from ui.theme import look as look_of

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>~$:@-])")
_FRESHNESS_CHECK = "20s"

SHARE = "share"
"""The fragment of the links to share, for whoever changes the view without drawing all anew."""


@dataclass(frozen=True)
class How:
    """How a card's numbers are counted: sentences with a lead-in each, the SQL, and the rows."""

    sentences: Sequence[tuple[str, str]]
    sql: str
    rows: pd.DataFrame
    name: str


def look() -> Look:
    """The colours of the reader's theme."""
    return look_of(st.context.theme.type)


def header(sight: Scene, title: str) -> None:
    """The page's title, up to when the data goes, and the links to share."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.title(title, anchor=False, width="content")
        with st.container(
            horizontal=True, vertical_alignment="center", width="content", gap="small"
        ):
            _freshness(sight)
            _share()


def top(sight: Scene, title: str) -> None:
    """The header and the filter bar: what every page with numbers begins with."""
    header(sight, title)
    filter_bar.show(sight)


@contextmanager
def card(
    title: str, subtitle: str = "", *, how: How | None = None, anchor: str | None = None
) -> Iterator[None]:
    """A box with a finding for its title and the measure below it; its content goes inside.

    What has an `anchor` can be linked to.
    """
    with st.container(border=True, height="stretch"):
        with st.container(horizontal=True, wrap=False, horizontal_alignment="distribute"):
            with st.container(gap=None):
                st.subheader(title, anchor=anchor or False)
                if subtitle:
                    st.markdown(gray(subtitle))
            if how is not None:
                _how_counted(how)
        yield


def chart(
    figure: go.Figure,
    name: str,
    *,
    alt: str,
    on_click: Callable[[str], None] | None = None,
) -> None:
    """A figure; a click on a mark calls `on_click` with what the mark stands for."""
    key = session.key(f"chart_{name}")
    st.plotly_chart(
        figure,
        theme=None,
        key=key,
        alt=alt,
        config=CONFIG,
        on_select="ignore" if on_click is None else lambda: _clicked(key, on_click),
        selection_mode="points",
    )


def table(rows: pd.DataFrame | Styler, **options: Any) -> Any:
    """The rows as a table without an index."""
    return st.dataframe(rows, hide_index=True, **options)


def empty(sight: Scene) -> None:
    """Says that nothing fits the view, which filter empties it, and offers the way out."""
    view = sight.view
    relaxed = {
        dimension: _reached(view.where(dimension, ()), sight) for dimension, _v in view.filters
    }
    whole = 0 if view.period == "all" else _reached(view.during("all"), sight)
    with (
        card(_("No lead fits this view"), _("The period and the filters together leave nobody.")),
        st.container(horizontal=True),
    ):
        best = max(relaxed, key=lambda name: relaxed[name], default=None)
        if best is not None and relaxed[best]:
            st.button(
                _n(
                    "Drop the filter {name} ({n} lead)",
                    "Drop the filter {name} ({n} leads)",
                    relaxed[best],
                    name=labels.dimension_label(best),
                ),
                type="primary",
                icon=":material/filter_alt_off:",
                on_click=session.show,
                args=(view.where(best, ()),),
            )
        if whole:
            st.button(
                _n("Show all data ({n} lead)", "Show all data ({n} leads)", whole),
                on_click=session.show,
                args=(view.during("all"),),
            )
        st.button(
            _("Drop all filters"),
            on_click=session.show,
            args=(View(lang=view.lang, level=view.level),),
        )


def failed(error: Exception) -> None:
    """Says that the page could not be drawn: what the store reports as it is, all else in short."""
    logging.getLogger("pheu").error("A page failed", exc_info=error)
    messages.use(session.view().lang if session.entered() else messages.DEFAULT)
    said = (
        str(error) if isinstance(error, StoreError) else _("The details are in the server's log.")
    )
    st.error(
        _("This page could not be drawn. {reason}", reason=plain(said)), icon=":material/error:"
    )
    st.button(_("Show all data"), on_click=session.start_again)


def gray(text: str) -> str:
    """Markdown for a small muted line."""
    return f":small[:gray[{text}]]"


def plain(text: str) -> str:
    """Text that came with the data, so that Markdown takes it literally."""
    return _MARKDOWN.sub(r"\\\1", text)


def download(label: str, rows: Callable[[], pd.DataFrame], name: str) -> None:
    """A button that makes the CSV when it is pressed."""
    st.download_button(
        label,
        data=lambda: to_csv(rows()).encode("utf-8-sig"),
        file_name=f"pheu-{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key=session.key(f"csv_{name}"),
    )


def _how_counted(how: How) -> None:
    with st.popover(
        _("How counted"),
        icon=":material/help:",
        type="tertiary",
        key=session.key(f"how_{how.name}"),
    ):
        st.markdown("\n".join(f"- **{lead_in}** {text}" for lead_in, text in how.sentences))
        with st.expander("SQL"):
            st.code(how.sql, language="sql")
        download(_("These numbers as CSV"), lambda: how.rows, how.name)


def _freshness(sight: Scene) -> None:
    generation = sight.generation
    if generation.sample:
        st.badge(_("Sample data"), icon=":material/science:", color="orange")
    until = messages.instant(sight.scope.as_of, generation.time_zone)
    st.badge(_("Data to {instant}", instant=until), icon=":material/schedule:", color="gray")
    if sight.view.data is None:
        _newer(generation.number)


@st.fragment(run_every=_FRESHNESS_CHECK)
def _newer(shown: int) -> None:
    """Looks now and then whether new data was loaded; the reader decides when to see it."""
    messages.use(session.view().lang)
    if answers.store().current() != shown and st.button(
        _("New data: show it"), icon=":material/refresh:", type="primary"
    ):
        st.rerun(scope="app")


def _share() -> None:
    with st.popover(_("Share"), icon=":material/ios_share:", type="tertiary"):
        _links()


@st.fragment(key=SHARE)
def _links() -> None:
    messages.use(session.view().lang)
    sight = session.current()  # a part of the page may have changed the view since it was drawn
    st.markdown(_("**This view.** It moves with new data."))
    st.code(session.address(sight.view), language=None, wrap_lines=True)
    st.markdown(_("**Frozen.** The same days, the same data, the same numbers next week."))
    st.code(session.address(sight.frozen_view()), language=None, wrap_lines=True)


def _clicked(key: str, on_click: Callable[[str], None]) -> None:
    points = st.session_state[key]["selection"]["points"]
    if points:
        mark = points[0]["customdata"]
        on_click(mark[0] if isinstance(mark, list) else mark)


def _reached(view: View, sight: Scene) -> int:
    """How many leads the view lists: those of its step, else those that entered."""
    rows = answers.funnel(replace(view, by=None), sight.generation).set_index("stage")["reached"]
    return int(rows[view.stage] if view.stage else rows.iat[0])
