"""The cards of paths: the most common ones, how long they are, and which sources assist."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from analytics.sources.paths import LONGEST, stops
from data.state.note import Note
from ui import answers, charts, session
from ui.charts import FEW
from ui.language import formats, labels, quantities
from ui.language.messages import _, _n
from ui.page import card, markdown, notes, provenance, table
from ui.page.provenance import Sentences
from ui.page.table import Column
from ui.sources import attribution_settings, segments

_MOST_SHOWN = 25  # paths in the table
_MOST_SOURCES = 5  # by name in the picture of flows; the rest go together
_STEPS = 3  # first stops of a path in the picture
_OTHERS = "~others"


def paths(scope: Scope) -> None:
    """The most common paths to the milestone as a table."""
    by = scope.view.by or ""
    answer = answers.paths(scope)
    rows = answer.rows
    title = paths_finding(rows, by)
    subtitle = _(
        "The commonest ways of those that came {toward}", toward=attribution_settings.toward(scope)
    )
    reading = _(
        "A repeated {dimension} in a row counts once. Rate: of the leads with this path, 95% "
        "interval; grey: n < {few}.",
        dimension=markdown.plain(labels.dimension_label(by).lower()),
        few=formats.number(FEW),
    )
    with card.card(title, subtitle, how=provenance.how("paths", lambda: _sentences(scope), answer)):
        if rows.empty:
            st.markdown(markdown.gray(_("There is no path in this view.")))
            return
        table.read(
            _columns(scope, rows.head(_MOST_SHOWN), by),
            caption=title,
            key=session.key("paths"),
            secondary=[_("Touches"), _("Median days"), _("Value")],
        )
        there_are = {"n": formats.number(min(len(rows), _MOST_SHOWN))}
        most = _("The {n} paths of most conversions.", **there_are)
        st.markdown(markdown.gray(f"{most} {reading}"))


def flows(scope: Scope) -> None:
    """The first stops of the most common paths, and how many of them led to the milestone."""
    by = scope.view.by or ""
    answer = answers.paths(scope)
    rows = answer.rows
    title = flows_finding(rows, by)
    subtitle = _("First {n} stops; width: conversions", n=formats.number(_STEPS))
    with card.card(title, subtitle, how=provenance.how("flows", lambda: _sentences(scope), answer)):
        nodes, links = _flow(scope, rows, by)
        if links.empty:
            st.markdown(
                markdown.gray(
                    _(
                        "Nobody came {toward} in this view",
                        toward=attribution_settings.toward(scope),
                    )
                )
            )
            return
        figure = charts.flow(nodes, links, card.look())
        card.chart(figure, "flow", alt=title, fills=True, axis=_axis(by, nodes["node"].tolist()))


def lengths(scope: Scope) -> None:
    """How many touches leads needed to reach the milestone, and how many days."""
    answer = answers.path_lengths(scope)
    rows = answer.rows
    title = lengths_finding(rows)
    subtitle = _("Conversions by number of touches")
    reading = _(
        "Beside them: the share of the leads with as many that came {toward}, and the median time "
        "from the first touch.",
        toward=attribution_settings.toward(scope),
    )
    with card.card(
        title, subtitle, how=provenance.how("lengths", lambda: _sentences(scope), answer)
    ):
        used = rows[rows["conversions"] + rows["losing"] > 0]
        if used.empty:
            st.markdown(markdown.gray(_("There is no path in this view.")))
            return
        figure = charts.bars(_bars(scope, used), card.look())
        card.chart(figure, "lengths", alt=title, fills=True)
        st.markdown(markdown.gray(reading))


def assists(scope: Scope) -> None:
    """How often each source opened, assisted or closed, on the paths to the milestone."""
    by = scope.view.by or ""
    answer = answers.path_assists(scope)
    rows = answer.rows
    title = assists_finding(rows, by)
    subtitle = _(
        "Paths that came {toward}, by each {dimension} on them",
        toward=attribution_settings.toward(scope),
        dimension=markdown.plain(labels.dimension_label(by).lower()),
    )
    reading = _(
        "Assisted: it was on the path, another was last. A path counts in several rows, so they "
        "do not add up."
    )
    with card.card(
        title, subtitle, how=provenance.how("assists", lambda: _sentences(scope), answer)
    ):
        table.read(_assist_columns(rows, by), caption=title, key=session.key("assists"))
        st.markdown(markdown.gray(reading))


def paths_finding(rows: pd.DataFrame, by: str) -> str:
    """The path of most conversions."""
    won = rows[rows["conversions"] > 0]
    if won.empty:
        return _("No path has led there yet")
    first = won.iloc[0]
    return _n(
        "Most often {path}: {n} conversion",
        "Most often {path}: {n} conversions",
        int(first["conversions"]),
        path=markdown.plain(_path(str(first["path"]), by)),
    )


def flows_finding(rows: pd.DataFrame, by: str) -> str:
    """Where most of the most common paths begin."""
    begun: dict[str, int] = defaultdict(int)
    for path, conversions in zip(rows["path"], rows["conversions"], strict=True):
        names = stops(path)
        if names:
            begun[names[0]] += int(conversions)
    whole = sum(begun.values())
    if not whole:
        return _("No path has led there yet")
    first = max(begun, key=lambda name: begun[name])
    return _(
        "On the commonest paths, {share} began with {source}",
        share=formats.percent(begun[first] / whole, 0),
        source=segments.plain(by, first),
    )


def lengths_finding(rows: pd.DataFrame) -> str:
    """What share of conversions took several touches."""
    whole = int(rows["conversions"].sum())
    if not whole:
        return _("No path has led there yet")
    several = int(rows.loc[rows["touches"] > 1, "conversions"].sum())
    return _(
        "{share} of conversions took more than one touch",
        share=formats.percent(several / whole, 0),
    )


def assists_finding(rows: pd.DataFrame, by: str) -> str:
    """The source that assists far more often than it closes, of those that often assist."""
    if rows.empty:
        return _("No path has led there yet")
    assisting = rows[rows["assisted"] >= max(10, 0.02 * rows["conversions"].max())]
    if assisting.empty:
        return _("Hardly any source helps without closing")
    ratio = assisting["assisted"] / (assisting["last"] + 1)
    row = assisting.loc[ratio.idxmax()]
    if row["assisted"] <= 2 * row["last"]:
        return _("Every source closes about as often as it helps")
    return _(
        "{source} helped {assisted} times, was last {last} times",
        source=segments.plain(by, row["source"]),
        assisted=formats.number(row["assisted"]),
        last=formats.number(row["last"]),
    )


# --- what is drawn ----------------------------------------------------------------------------


def _path(path: str, by: str) -> str:
    names = [segments.name(by, stop) for stop in stops(path)]
    return " → ".join(names) if names else _("(no touch)")


def _flow(scope: Scope, rows: pd.DataFrame, by: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first stops as nodes by column, and the conversions between them as links."""
    won = rows[rows["conversions"] > 0]
    ways = [
        (stops(path)[:_STEPS], int(conversions))
        for path, conversions in zip(won["path"], won["conversions"], strict=True)
        if path
    ]
    sizes: dict[str, int] = defaultdict(int)
    for names, conversions in ways:
        for name in names:
            sizes[name] += conversions
    kept = sorted(sizes, key=lambda name: (-sizes[name], name))[:_MOST_SOURCES]
    colours = segments.colours(scope, by, kept)
    between: dict[tuple[str, str], int] = defaultdict(int)
    nodes: dict[str, dict[str, Any]] = {}
    goal = "goal"
    end = labels.step_label(
        scope.generation.pipeline, attribution_settings.milestone(scope), scope.view.level
    )
    for names, conversions in ways:
        before = None
        for layer, name in enumerate(names):
            segment = name if name in kept else _OTHERS
            node = f"{layer} {segment}"
            nodes.setdefault(
                node,
                {
                    "node": node,
                    "label": segments.name(by, name) if name in kept else _("Others"),
                    "layer": layer,
                    "colour": colours.get(segment, card.look().other),
                },
            )
            if before is not None:
                between[before, node] += conversions
            before = node
        if before is not None:
            between[before, goal] += conversions
    nodes[goal] = {
        "node": goal,
        "label": end,
        "layer": _STEPS,
        "colour": card.look().ink,
    }
    links = [
        {"source": source, "target": target, "value": value}
        for (source, target), value in between.items()
    ]
    order = {segment: index for index, segment in enumerate([*kept, _OTHERS])}
    ranked = sorted(nodes.values(), key=lambda node: order.get(node["node"].partition(" ")[2], 0))
    return pd.DataFrame(ranked), pd.DataFrame(links)


def _axis(by: str, nodes: Sequence[str]) -> notes.Axis:
    """The stops of the picture: a note of a source is at its first one."""
    first: dict[int | str | None, str] = {}
    for node in sorted(nodes):
        first.setdefault(node.partition(" ")[2], node)
    by_name = notes.of_segments(by, [str(name) for name in first])

    def place(note: Note) -> str | None:
        return first.get(by_name.place(note))

    return notes.Axis(place, "points")


def _bars(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """The lengths as bars with their words."""
    return pd.DataFrame(
        {
            "segment": [str(touches) for touches in rows["touches"]],
            "label": [_touches(int(touches)) for touches in rows["touches"]],
            "count": rows["conversions"],
            "text": [_length(scope, row) for row in rows.itertuples()],
        }
    )


def _touches(touches: int) -> str:
    if touches == LONGEST:
        return _("{n} touches or more", n=formats.number(touches))
    return _n("{n} touch", "{n} touches", touches)


def _length(scope: Scope, row: Any) -> str:
    parts = [formats.number(row.conversions)]
    if scope.view.mode == "cohort":
        parts.append(formats.percent(row.conversions / (row.conversions + row.losing)))
    if pd.notna(row.median_seconds):
        parts.append(quantities.duration(row.median_seconds))
    return " · ".join(parts)


# --- words and tables -------------------------------------------------------------------------


def _columns(scope: Scope, rows: pd.DataFrame, by: str) -> list[Column]:
    """One row per path."""
    currency = scope.generation.currency
    few = (rows["leads"] < FEW).tolist()
    limits = zip(rows["low"], rows["high"], strict=True)
    return [
        Column(_("Path"), [_path(path, by) for path in rows["path"]]),
        Column(_("Number of leads"), rows["leads"], formats.number),
        Column(_("Conversions"), rows["conversions"], formats.number),
        Column(_("Rate"), rows["rate"], formats.percent, pale=few),
        Column(_("95% interval"), [formats.interval(low, high) for low, high in limits], pale=few),
        Column(_("Touches"), rows["touches"], formats.one_decimal),
        Column(_("Median days"), rows["median_seconds"] / 86_400, formats.measure),
        Column(_("Value"), rows["value"], lambda amount: formats.money(amount, currency)),
    ]


def _assist_columns(rows: pd.DataFrame, by: str) -> list[Column]:
    """One row per source: where on the paths it was."""
    share = rows["on_path"] / rows["conversions"].where(rows["conversions"] > 0)
    return [
        Column(
            labels.dimension_label(by), [segments.name(by, source) for source in rows["source"]]
        ),
        Column(_("First"), rows["first"], formats.number),
        Column(_("Between"), rows["middle"], formats.number),
        Column(_("Last"), rows["last"], formats.number),
        Column(_("Assisted"), rows["assisted"], formats.number),
        Column(_("On the path"), rows["on_path"], formats.number),
        Column(_("% of conversions"), share, formats.percent),
    ]


def _sentences(scope: Scope) -> Sentences:
    return [
        *provenance.touches(scope.view),
        (_("Path:"), _("sources in order, consecutive repeats collapsed.")),
        (_("Rate:"), _("of all leads whose touches to date form this path; Wilson's interval.")),
        (_("Days:"), _("median from the first touch to reaching the milestone.")),
    ]
