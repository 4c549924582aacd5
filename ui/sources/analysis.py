"""The deeper part of Sources: every way of giving credit, all costs, steps, mix and paths."""

from dataclasses import replace

from analytics.scope import Scope
from ui.funnel import segments as funnel_segments
from ui.page import deeper, layout
from ui.sources import attribution, attribution_settings, costs, mix, paths, segments


def analysis(entered: Scope) -> None:
    """All that is known of the sources of a scope, card by card."""
    deeper.back()
    with_table = attribution_settings.controls(entered)
    scope = segments.broken_down(entered)
    dimension, step = scope.view.by or "source", attribution_settings.milestone(scope)
    attribution.side_by_side(scope, with_table=with_table)
    left, right = layout.split(2, 3, name="models")
    with left:
        attribution.compared(scope)
    with right:
        attribution.chosen(scope)

    left, right = layout.split(3, 2, name="costs", stacked=with_table)
    with left:
        costs.quality(scope)
    with right:
        mix.mix(scope, with_table=with_table)
    costs.money(scope, with_table=with_table)

    left, right = layout.split(1, 1, name="steps", stacked=with_table)
    with left:
        funnel_segments.rates(
            scope.at(replace(scope.view, stage=step)),
            dimension,
            step,
            of="previous",
            with_picker=True,
        )
    with right:
        mix.arrival(scope, with_table=with_table)
    funnel_segments.breakdown(scope, dimension)

    left, right = layout.split(3, 2, name="paths")
    with left:
        paths.paths(scope)
    with right:
        paths.flows(scope)
    left, right = layout.split(2, 3, name="touches")
    with left:
        paths.lengths(scope)
    with right:
        paths.assists(scope)
