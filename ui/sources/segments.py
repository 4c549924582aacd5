"""The segments of costs and attribution on a page: their names, and the colour each keeps."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd

from analytics.scope import Scope
from analytics.sources.spend import dimension_of
from analytics.sources.touchpoints import OTHERS
from analytics.view.view import MISSING, View, segment_value
from ui import answers
from ui.language import labels
from ui.language.messages import _
from ui.page import card, markdown


def broken_down(scope: Scope) -> Scope:
    """The scope broken down by what credit goes to: source, channel or campaign."""
    return scope.at(replace(scope.view, by=dimension_of(scope.view)))


def name(dimension: str, segment: object) -> str:
    """A segment of an answer in words; the one that stands for many small ones is `Other`."""
    if not isinstance(segment, str):
        return _("No source named")
    if segment == OTHERS:
        return _("All others")
    return labels.value_label(dimension, segment_value(segment))


def plain(dimension: str, segment: object) -> str:
    """A segment's name within a sentence, taken literally."""
    return markdown.plain(name(dimension, segment))


def colours(scope: Scope, dimension: str, segments: Iterable[str]) -> dict[str, str]:
    """The colour of each segment: by its rank in the whole of the data, whatever is filtered."""
    whole = answers.funnel(scope.at(View(level=scope.view.level, by=dimension))).rows
    order = [str(segment) for segment in pd.unique(whole["segment"]) if segment != MISSING]
    look = card.look()
    return {segment: look.source(segment, order) for segment in segments}


def brief(names: Sequence[str], limit: int) -> list[str]:
    """Names short enough for a row each, and still distinct: by how they end where need be."""
    short = [_cut(each, limit) for each in names]
    often = Counter(short)
    ends = limit * 2 // 3
    distinct = [
        one
        if often[one] == 1
        else _cut(whole, limit - ends) + whole[-ends:]
        if len(whole) > limit
        else whole
        for one, whole in zip(short, names, strict=True)
    ]
    seen: Counter[str] = Counter()
    for index, one in enumerate(distinct):
        seen[one] += 1
        # The same word for two segments: an invisible character keeps their rows apart.
        distinct[index] = one + "\N{ZERO WIDTH SPACE}" * (seen[one] - 1)
    return distinct


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
