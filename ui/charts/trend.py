"""The trend of a rate: a line with its interval, dotted where it is not final yet."""

from collections.abc import Iterator
from html import escape
from math import ceil, log10

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import UNFADED, base, room_for, shortened, tinted, write
from ui.charts.kept import kept
from ui.charts.rates import FEW
from ui.language import formats
from ui.language.messages import _, _n
from ui.theme import Look

_HEIGHT = 372
_MOST_TICKS = 6  # fewer beside names
_MOST_MARKED = 16  # points that are marked; more would run together
_BETWEEN_NAMES = 20  # px
_NAME = 16  # characters of a segment's name at the end of its line


@kept
def trend(points: pd.DataFrame, look: Look, *, least: float = 0.0) -> go.Figure:
    """A rate over time: bold where it is final, dotted where it is not.

    The newest final rate is written at its point where a line is alone. The axis begins at `least`,
    for rates that are all far from zero.

    Columns of `points`, one row per bucket in order, and segment if there are several:
        label: the bucket in words
        tick, year: what stands under it, '' for nothing
        bucket: perhaps, its day, which is the customdata
        rate, low, high: fractions, and the interval; null without one
        n: leads
        mature: the share of n observed long enough; null where nothing will change
        immature: whether it may still change
        segment, colour: name and colour of the line, where there are several
    """
    return line_of(points, look, least=least)


def line_of(
    points: pd.DataFrame,
    look: Look,
    *,
    height: int = _HEIGHT,
    last: bool = True,
    least: float = 0.0,
) -> go.Figure:
    """The same as a figure of the caller's own, to write on; `last` writes the newest rate."""
    lines = list(_lines(points, look))
    figure = base(look, height)
    names = ["■ " + shortened(name, _NAME) for name, _colour, _rows in lines if name]
    figure.update_layout(margin={"t": 30, "r": room_for(names) if names else 10})
    buckets = points.drop_duplicates("label")
    _axes(figure, look, buckets, (least, _highest(points)), beside_names=bool(names))
    alone = len(lines) == 1
    for _segment, colour, rows in lines:
        final = rows[~rows["immature"]]
        if alone:
            _add_band(figure, look, colour, final)
        _add_line(figure, final, colour)
        _add_dotted(figure, look, rows)
        _add_hover(figure, look, rows, colour)
    _mark_boundary(figure, look, _early(points))
    if alone and last:
        _write_last(figure, lines[0][2])
    elif not alone:
        _name_lines(figure, lines)
    return figure


def _lines(points: pd.DataFrame, look: Look) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Name, colour and points of each line, the points with their `place` on the axis."""
    places = {label: place for place, label in enumerate(dict.fromkeys(points["label"]))}
    placed = points.assign(place=points["label"].map(places))
    if "segment" not in points:
        yield "", look.stage("opportunity"), placed
        return
    for name, rows in placed.groupby("segment", sort=False):
        yield str(name), str(rows["colour"].iat[0]), rows


def _early(points: pd.DataFrame) -> list[int]:
    """The places of the buckets that are not final."""
    early = set(points.loc[points["immature"], "label"])
    labels = dict.fromkeys(points["label"])
    return [place for place, label in enumerate(labels) if label in early]


def _highest(points: pd.DataFrame) -> float:
    """The top of the axis: all rates, and the intervals of those that rest on enough leads."""
    final = points[~points["immature"]]
    sure = final[final["n"] >= FEW]
    limits = (sure if len(sure) else final)["high"]
    values = points["rate"] if "segment" in points else pd.concat([points["rate"], limits])
    highest = values.astype(float).max()
    return 0.0 if pd.isna(highest) else float(highest)


def _axes(
    figure: go.Figure,
    look: Look,
    buckets: pd.DataFrame,
    reach: tuple[float, float],
    *,
    beside_names: bool,
) -> None:
    least, highest = reach
    step, ticks = _ticks(highest - least)
    digits = 0 if step >= 0.0099 and step != 0.025 else 1
    figure.update_yaxes(
        range=[least, least + max((highest - least) * 1.08, step)],
        showgrid=True,
        gridcolor=look.grid,
        zeroline=True,
        zerolinecolor=look.axis,
        tickvals=[least + tick for tick in ticks],
        ticktext=[formats.percent(least + tick, digits if tick else 0) for tick in ticks],
    )
    named = [place for place, tick in enumerate(buckets["tick"]) if tick]
    most = _MOST_TICKS - 2 if beside_names else _MOST_TICKS
    kept = named[:: ceil(len(named) / most) or 1]
    years = [buckets["year"].iat[place] for place in kept]
    figure.update_xaxes(
        range=[-0.3, max(len(buckets) - 0.7, 0.3)],
        tickvals=kept,
        ticktext=[
            # The year is shown where it is not that of the tick before.
            buckets["tick"].iat[place] + (f"<br>{year}" if year != before else "")
            for place, year, before in zip(kept, years, [None, *years], strict=False)
        ],
        ticklabeloverflow="allow",
        ticklabelstandoff=6,
    )


def _ticks(highest: float) -> tuple[float, list[float]]:
    """Two to five round values from zero, and how far apart they are."""
    rough = max(highest, 0.001) / 3.5
    power = 10.0 ** int(log10(rough) // 1)
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    return step, [step * place for place in range(5) if step * place <= max(highest, step) * 1.08]


def _add_band(figure: go.Figure, look: Look, colour: str, rows: pd.DataFrame) -> None:
    """The 95 % interval, one piece for each run of buckets that have one."""
    has_one = rows["low"].notna()
    for _run, piece in rows[has_one].groupby((~has_one).cumsum()[has_one]):
        figure.add_scatter(
            x=[*piece["place"], *piece["place"][::-1]],
            y=[*piece["high"], *piece["low"][::-1]],
            mode="lines",
            fill="toself",
            fillcolor=look.over(colour, 0.15),
            line={"width": 0},
            hoverinfo="skip",
        )


def _add_line(figure: go.Figure, rows: pd.DataFrame, colour: str) -> None:
    mode = "lines+markers" if len(rows) <= _MOST_MARKED else "lines"
    figure.add_scatter(
        x=rows["place"],
        y=rows["rate"],
        mode=mode,
        line={"color": colour, "width": 2.8},
        marker={"size": 6, "color": colour, "opacity": 1},
        hoverinfo="skip",
    )


def _add_dotted(figure: go.Figure, look: Look, rows: pd.DataFrame) -> None:
    """What may still change, from the last final point on."""
    early = rows[rows["immature"]]
    if early.empty:
        return
    final = rows[~rows["immature"] & rows["rate"].notna() & (rows["place"] < early["place"].min())]
    joined = pd.concat([final.tail(1), early])
    figure.add_scatter(
        x=joined["place"],
        y=joined["rate"],
        mode="lines" if len(early) > 1 or len(joined) > 1 else "markers",
        line={"color": look.neutral, "width": 2, "dash": "dot"},
        marker={"color": look.background, "size": 8, "line": {"color": look.neutral, "width": 2}},
        hoverinfo="skip",
    )


def _add_hover(figure: go.Figure, look: Look, rows: pd.DataFrame, colour: str) -> None:
    """Unseen marks whose hover text is their bucket in words."""
    there = rows[rows["rate"].notna()]
    figure.add_scatter(
        x=there["place"],
        y=there["rate"],
        mode="markers",
        marker={"size": 16, "color": colour, "opacity": 0},
        hovertext=[_in_words(row) for row in there.itertuples()],
        hoverinfo="text",
        # The whole bucket, for a click; without days a chart has nothing to click on.
        customdata=[day.isoformat() for day in there["bucket"]] if "bucket" in there else None,
        unselected=UNFADED,
    )


def _in_words(row: object) -> str:
    label, rate, low = (getattr(row, name) for name in ("label", "rate", "low"))
    name = getattr(row, "segment", "")
    lines = [f"<b>{escape(str(name))}</b>" if name else "", f"<b>{escape(str(label))}</b>"]
    value = formats.percent(rate)
    if pd.notna(low):
        value += f" ({formats.interval(low, getattr(row, 'high', None))})"
    lines += [value, _n("of {n} lead", "of {n} leads", int(getattr(row, "n", 0)))]
    if getattr(row, "immature", False):
        mature = getattr(row, "mature", None)
        share = formats.percent(0.0 if pd.isna(mature) else mature, 0)
        lines.append(_("not final: {share} observed long enough", share=share))
    return "<br>".join(line for line in lines if line)


def _mark_boundary(figure: go.Figure, look: Look, early: list[int]) -> None:
    """A thin line before the first bucket that is not final, and what that means."""
    if not early:
        return
    at = min(early) - 1 if min(early) else -0.3
    line = {"color": look.axis, "width": 1}
    figure.add_shape(type="line", x0=at, x1=at, yref="paper", y0=0, y1=1, line=line)
    low, high = figure.layout.xaxis.range
    is_right = (at - low) / (high - low) > 0.66
    write(
        figure,
        _("not final →"),
        x=at,
        xanchor="right" if is_right else "left",
        xshift=-5 if is_right else 5,
        y=1,
        yref="paper",
        yanchor="bottom",
        size=13,
        colour=look.muted,
    )


def _write_last(figure: go.Figure, rows: pd.DataFrame) -> None:
    """The newest final rate, above its point."""
    final = rows[~rows["immature"] & rows["rate"].notna()]
    for row in final.tail(1).itertuples():
        write(
            figure,
            f"<b>{formats.percent(row.rate)}</b>",
            x=row.place,
            y=row.high if pd.notna(row.high) else row.rate,
            xanchor="right" if row.place else "left",
            yanchor="bottom",
            yshift=2 if pd.notna(row.high) else 8,
            size=15,
        )


def _name_lines(figure: go.Figure, lines: list[tuple[str, str, pd.DataFrame]]) -> None:
    """Names at the right, in the order of the last final rates and far enough apart to be read."""
    bottom, top = figure.layout.yaxis.range
    apart = (top - bottom) * _BETWEEN_NAMES / (figure.layout.height - 80)
    at = bottom + apart / 2
    for rate, name, colour in sorted((_last_rate(rows), name, hue) for name, hue, rows in lines):
        at = max(at, rate)
        text = f"{tinted('■', colour)} {escape(shortened(name, _NAME))}"
        write(figure, text, x=1, xref="paper", xanchor="left", xshift=4, y=at, size=13)
        at += apart


def _last_rate(rows: pd.DataFrame) -> float:
    known = rows[rows["rate"].notna()]
    final = known[~known["immature"]]
    chosen = final if len(final) else known
    return float(chosen["rate"].iat[-1]) if len(chosen) else 0.0
