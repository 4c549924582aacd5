"""Stays in words and rows: what the cards about time in stage draw, and their tables."""

from collections import Counter

import pandas as pd

from analytics.scope import Scope
from analytics.view.view import segment_value
from ui.charts import FEW
from ui.language import formats, labels, quantities
from ui.language.messages import _, _n
from ui.page.table import Column


def by_stage(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the answer as `charts.medians` draws them."""
    group = {entry.slug: entry.group for entry in scope.generation.pipeline.stages}
    spans = zip(rows["median_low"], rows["median_high"], strict=True)
    # One unit for all that stand beside each other: hours only where none takes days.
    in_days = bool((rows["median_seconds"] >= 2 * scope.day_seconds).any())
    return pd.DataFrame(
        {
            "stage": rows["stage"],
            "label": [stage_name(scope, slug) for slug in rows["stage"]],
            "group": rows["stage"].map(group),
            "stays": rows["stays"],
            "median": rows["median_seconds"],
            "low": rows["median_low"],
            "high": rows["median_high"],
            "mean": rows["mean_completed_seconds"],
            "text": [length(scope, seconds, in_days=in_days) for seconds in rows["median_seconds"]],
            "interval": [between(scope, low, high, in_days=in_days) for low, high in spans],
            "mean_text": [
                length(scope, seconds, in_days=in_days)
                for seconds in rows["mean_completed_seconds"]
            ],
        }
    )


def cells(scope: Scope, rows: pd.DataFrame, whole: pd.DataFrame, by: str) -> pd.DataFrame:
    """The rows of the answer as `charts.heat` draws them.

    A cell's value is how much longer its median is than that of all leads, as a share of that.
    """
    everywhere = dict(zip(whole["stage"], whole["median_seconds"], strict=True))
    heads = _heads(scope, list(rows["stage"].unique()))
    segments = list(rows["segment"].unique())
    names = labels.value_labels(by, [segment_value(segment) for segment in segments])
    enough = rows["stays"] >= FEW
    usual = rows["stage"].map(everywhere)
    longer = (rows["median_seconds"] / usual - 1).clip(lower=0)
    return pd.DataFrame(
        {
            "row": rows["segment"].map(dict(zip(segments, names, strict=True))),
            "column": rows["stage"].map(heads),
            "value": longer.where(enough & (usual > 0)),
            "text": [
                _short(scope, seconds) if count else ""
                for seconds, count in zip(rows["median_seconds"], rows["stays"], strict=True)
            ],
            "immature": False,
            "hover": [
                length(scope, seconds)
                + "<br>"
                + _("all: {time}", time=length(scope, everywhere.get(stage)))
                + "<br>"
                + _n("{n} stay", "{n} stays", int(count))
                for seconds, stage, count in zip(
                    rows["median_seconds"], rows["stage"], rows["stays"], strict=True
                )
            ],
        }
    )


def points(scope: Scope, rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """The months of the answer as `charts.months` draws them; `name` is that of the segment."""
    names = {"all": _("all leads"), "segment": name, "rest": _("the rest")}
    months = sorted(rows["month"].unique())
    every = max(1, -(-len(months) // 5))
    named = [pd.Timestamp(month) for month in months[::every]]
    ticks, year = {}, None
    for month, following in zip(named, [*named[1:], None], strict=True):
        # A year is said once, and not of a month alone: on a phone two of them would meet.
        ticks[month] = formats.month(month.date(), year=False)
        is_alone = year is None and following is not None and following.year != month.year
        if month.year != year and not is_alone:
            ticks[month] += f"<br>{month.year}"
        year = month.year
    return pd.DataFrame(
        {
            "name": rows["part"].map(names),
            "named": rows["part"] == "segment",
            "place": rows["month"].map({month: place for place, month in enumerate(months)}),
            "label": [formats.month(month.date()) for month in rows["month"]],
            "tick": [ticks.get(month, "") for month in rows["month"]],
            "median": rows["median_seconds"],
            "low": rows["median_low"],
            "high": rows["median_high"],
            "stays": rows["stays"],
            "immature": ~rows["mature"],
            "text": [
                f"{length(scope, row.median_seconds)} "
                f"{between(scope, row.median_low, row.median_high)}".rstrip()
                for row in rows.itertuples()
            ],
        }
    )


def columns(scope: Scope, rows: pd.DataFrame, by: str | None) -> list[Column]:
    """The answer as a table to read.

    Medians are texts, since one that is not reached has no number to sort by.
    """
    segments = []
    reach = rows[["median_seconds", "p90_seconds", "mean_completed_seconds"]]
    in_days = bool((reach >= 2 * scope.day_seconds).any(axis=None))
    if by is not None:
        names = [labels.value_label(by, segment_value(name)) for name in rows["segment"]]
        segments.append(Column(labels.dimension_label(by), names))
    return [
        *segments,
        Column(_("Stage"), [stage_name(scope, slug) for slug in rows["stage"]]),
        Column(_("Stays"), rows["stays"], formats.number),
        Column(_("Median"), _quantiles(scope, rows, "median", in_days=in_days)),
        Column(_("90%"), _quantiles(scope, rows, "p90", in_days=in_days)),
        Column(
            _("Mean of those that left"),
            rows["mean_completed_seconds"],
            lambda seconds: length(scope, seconds, in_days=in_days),
        ),
        Column(_("Left"), rows["completed"], formats.number),
        Column(_("Still there"), rows["open"], formats.number),
        Column(_("Moved on"), rows["advanced"], formats.number),
        Column(_("Lost"), rows["lost"], formats.number),
        Column(_("Went back"), rows["went_back"], formats.number),
        Column(_("% went back"), rows["went_back_rate"], formats.percent),
        Column(_("Came again"), rows["returns"], formats.number),
        Column(_("Skipped"), rows["skipped"], formats.number),
    ]


def _quantiles(scope: Scope, rows: pd.DataFrame, name: str, *, in_days: bool) -> list[str]:
    """A quantile of each row with its interval, in words; empty where there are no stays."""
    spans = zip(rows[f"{name}_low"], rows[f"{name}_high"], strict=True)
    lengths = zip(rows[f"{name}_seconds"], spans, rows["stays"], strict=True)
    return [
        f"{length(scope, seconds, in_days=in_days)} "
        f"{between(scope, *span, in_days=in_days)}".rstrip()
        if stays
        else ""
        for seconds, span, stays in lengths
    ]


def length(scope: Scope, seconds: float | None, *, in_days: bool = False) -> str:
    """A length of stay in words, by the view's clock; or that it is not reached.

    `in_days` gives it in days, however short it is.
    """
    if seconds is None or pd.isna(seconds):
        return _("not reached")
    if in_days:
        return quantities.days(seconds / scope.day_seconds)
    return quantities.duration(seconds, scope.day_seconds)


def beside(scope: Scope, first: float, second: float) -> tuple[str, str]:
    """Two lengths that stand beside each other in a sentence: in one unit, written alike.

    They have no decimals, unless they would be the same without.
    """
    day = scope.day_seconds
    if pd.isna(first) or pd.isna(second) or max(first, second) < 2 * day:
        return length(scope, first), length(scope, second)
    wholes = [round(seconds / day) for seconds in (first, second)]
    digits = 0 if wholes[0] != wholes[1] and all(wholes) else 1
    one, other = (quantities.days(seconds / day, digits) for seconds in (first, second))
    return one, other


def between(scope: Scope, low: float, high: float, *, in_days: bool = False) -> str:
    """The interval of a length of stay in words; without an upper limit, "at least"."""
    if pd.isna(low):
        return ""
    if pd.isna(high):
        return _("(at least {low})", low=length(scope, low, in_days=in_days))
    day = scope.day_seconds
    unit = day if in_days or high >= 2 * day else 3600.0
    digits = formats.decimals_of(low / unit)
    if high < 3600 and not in_days:
        return f"({formats.between(length(scope, low), length(scope, high))})"
    return f"({formats.span(low / unit, high / unit, digits)})"


def stage_name(scope: Scope, slug: str) -> str:
    """A stage's name on the page."""
    return labels.stage_label(scope.generation.pipeline, slug)


def _short(scope: Scope, seconds: float) -> str:
    """A number of days that fits a cell."""
    if pd.isna(seconds):
        return "…"
    days = seconds / scope.day_seconds
    if 0 < days < 0.05:
        return "<" + formats.number(0.1, 1)
    return formats.measure(days)


def _heads(scope: Scope, slugs: list[str]) -> dict[str, str]:
    """The stages' names as heads of columns: brief where that tells them apart, else by slug."""
    names = {slug: _brief(stage_name(scope, slug)) for slug in slugs}
    often = Counter(names.values())
    return {slug: name if often[name] == 1 else slug for slug, name in names.items()}


def _brief(name: str) -> str:
    """A stage's name without what stands in brackets after it."""
    return name.split(" (", maxsplit=1)[0]
