"""Mix: the shares of segments, month by month."""

from html import escape
from itertools import pairwise
from math import ceil
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import UNFADED, apart, base, blank, keys, shortened, tinted, width_of, write
from ui.charts.kept import kept
from ui.language import formats
from ui.language.messages import _n
from ui.theme import Look

_HEIGHT, _HEAD, _FOOT = 372, 10, 26  # px
_BETWEEN = 20  # px from one name to the next
_NAME = 15  # characters beside the columns
_LEAST = 0.005  # of the last bucket; beyond, a name would stand beside nothing
_NARROW = 150  # px of the columns at the narrowest


@kept
def mix(rows: pd.DataFrame, look: Look) -> go.Figure:
    """Columns of 100 %, one a bucket of time, cut by segment; names and last shares at the right.

    Columns of `rows`, one row per bucket and segment, both in order, the first segment at the
    bottom:
        bucket: its label
        segment: customdata
        label, colour: of the segment
        share: of the bucket, as a fraction; null where it has no leads
        tick: perhaps, what stands under the bucket, '' for nothing
        n: perhaps, leads
        immature: perhaps, whether it may still change; then it is paler
        hover: perhaps
    """
    if rows.empty:
        return blank(look)
    buckets = list(dict.fromkeys(rows["bucket"]))
    figure = base(look, _HEIGHT)
    parts = [part for _segment, part in rows.groupby("segment", sort=False, dropna=False)]
    last = _last_shares(parts, buckets)
    names = [
        f"{tinted('■', colour)} <b>{escape(shortened(label, _NAME))}</b> "
        f"{tinted(formats.percent(share, 0), look.muted)}"
        for label, colour, share, _middle in last
    ]
    room = max([width_of(name, 13) for name in names] or [0])
    figure.update_layout(
        barmode="stack",
        barcornerradius=0,
        margin={"t": _HEAD, "b": _FOOT, "r": round(room) + 16},
    )
    _axes(figure, rows, buckets)
    for part in parts:
        _add_part(figure, look, part, buckets)
    gap = _BETWEEN / (_HEIGHT - _HEAD - _FOOT)
    heights = apart([middle for *_rest, middle in last], gap, 0.02, 0.98)
    for name, y in zip(names, heights, strict=True):
        write(figure, name, x=1, xref="paper", xanchor="left", xshift=8, y=y, size=13)
    return figure


def _last_shares(
    parts: list[pd.DataFrame], buckets: list[Any]
) -> list[tuple[str, str, float, float]]:
    """Of each segment the label, colour, share of the last bucket and where in it the middle is."""
    found, below = [], 0.0
    for part in parts:
        shares = part.loc[part["bucket"] == buckets[-1], "share"].dropna()
        share = float(shares.iat[0]) if len(shares) else 0.0
        label, colour = str(part["label"].iat[0]), str(part["colour"].iat[0])
        if share >= _LEAST:
            found.append((label, colour, share, below + share / 2))
        below += share
    return found


def _axes(figure: go.Figure, rows: pd.DataFrame, buckets: list[Any]) -> None:
    figure.update_yaxes(
        range=[0, 1],
        tickvals=[0, 0.5, 1],
        ticktext=[formats.percent(share, 0) for share in (0, 0.5, 1)],
        ticklabelstandoff=4,
    )
    ticks = [str(bucket) for bucket in buckets]
    if "tick" in rows:
        texts = dict(zip(rows["bucket"], rows["tick"], strict=True))
        ticks = [texts[bucket] or "" for bucket in buckets]
    named = [place for place, tick in enumerate(ticks) if tick]
    # As many as there is room for beside one another where it is narrow, counted from the last.
    widest = max([width_of(ticks[place], 13) for place in named] or [1.0]) + 8
    apart_by = min((b - a for a, b in pairwise(named)), default=1)
    every = max(1, ceil(widest * len(buckets) / (_NARROW * apart_by)))
    shown = named[::-1][::every][::-1]
    # The first one stays right of the axis, which has its own text there.
    column = _NARROW / len(buckets)
    shown = [each for each in shown if (each + 0.5) * column >= widest / 2 - 4] or shown[-1:]
    figure.update_xaxes(
        range=[-0.5, max(len(buckets), 1) - 0.5],
        tickvals=shown,
        ticktext=[escape(ticks[place]) for place in shown],
        automargin=False,  # the foot has room for one line
        ticklabeloverflow="allow",
    )


def _add_part(figure: go.Figure, look: Look, part: pd.DataFrame, buckets: list[Any]) -> None:
    """One segment's pieces of all columns."""
    places = {bucket: place for place, bucket in enumerate(buckets)}
    colour = str(part["colour"].iat[0])
    pale = look.over(colour, look.open_share)
    early = part["immature"].astype(bool) if "immature" in part else [False] * len(part)
    figure.add_bar(
        x=[places[bucket] for bucket in part["bucket"]],
        y=part["share"].fillna(0.0).tolist(),
        width=0.92,
        marker={
            "color": [pale if is_early else colour for is_early in early],
            "line": {"color": look.background, "width": 1},
        },
        customdata=keys(part, "segment"),
        hovertext=[_in_words(piece) for piece in part.to_dict("records")],
        hoverinfo="text",
        unselected=UNFADED,
    )


def _in_words(piece: dict[Any, Any]) -> str:
    if piece.get("hover"):
        return str(piece["hover"])
    text = f"<b>{escape(str(piece['label']))}</b>, {escape(str(piece['bucket']))}<br>"
    text += formats.percent(piece["share"])
    if pd.notna(piece.get("n")):
        text += "<br>" + _n("{n} lead", "{n} leads", int(piece["n"]))
    return text
