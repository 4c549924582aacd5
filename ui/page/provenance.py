"""How it is counted: what stands behind a card's numbers, for whoever questions them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from analytics import runnable
from analytics.bottlenecks.visits import day_ends
from analytics.funnel.transition import transition
from analytics.scope import Scope
from analytics.sources.touchpoints import BUCKETS
from analytics.view.view import View
from data import contents
from ui import answers
from ui.language import formats, labels, quantities
from ui.language.messages import _, _n
from ui.page.card import How
from ui.page.markdown import plain
from ui.session import Scene

Sentences = list[tuple[str, str]]


def how(
    sight: Scene,
    name: str,
    sentences: Sentences,
    rows: pd.DataFrame,
    question: str,
    *,
    of: str = "reaches",
    by: str | None = None,
    asked: Scope | None = None,
    **parameters: object,
) -> How:
    """What a card says when it is asked: its own sentences, then those that hold for all, the SQL.

    The SQL is that of `analytics/sql/{question}.sql` with its values written in, ready to run,
    over the view's scope unless another one was `asked`.
    """
    scope = asked or Scope(replace(sight.view, by=by), sight.generation)
    sql = runnable.runnable(
        scope.text(question, of=of), scope.parameters | parameters, sight.generation.number
    )
    return How([*sentences, *_for_all(sight)], sql, rows, name)


def funnel(sight: Scene) -> Sentences:
    """How a funnel counts under the view."""
    view, scope = sight.view, sight.scope
    whole = answers.funnel(replace(view, by=None), sight.generation)
    counted = {
        "days": formats.days_between(*scope.days),
        "n": formats.number(int(whole["reached"].iat[0])),
        "as_of": formats.instant(scope.as_of, scope.zone.key),
    }
    followed = view.mode == "cohort"
    sentences = [
        (
            _("Counted:"),
            _("leads that entered in {days} ({n}), followed until {as_of}.", **counted)
            if followed
            else _("moves made in {days}, whoever made them; {n} leads entered.", **counted),
        ),
        *reaching(view),
    ]
    if followed:
        sentences += [
            (_("Still open:"), _("not lost, not yet at the next step: rates can still rise.")),
            (_("So far:"), _("reached, of those who reached the step before; Wilson's interval.")),
            (
                _("In the end:"),
                _(
                    "what it comes to once nobody is open: Aalen–Johansen, with lost as a "
                    "competing exit and open leads out of sight from then on. “≥” where the "
                    "follow-up is too short to say."
                ),
            ),
        ]
    return sentences


def reaching(view: View) -> Sentences:
    """What reaching a step means under the view: whether stages may be skipped, and how soon."""
    sentences = [
        (
            _("Reached:"),
            _("entered the step or a later one; a skipped stage counts as reached.")
            if view.skipped == "passed"
            else _("entered every step in order; who skips one is not counted from there on."),
        ),
    ]
    if view.window is not None:
        within = _n(
            "{n} day from entry, to the second.", "{n} days from entry, to the second.", view.window
        )
        sentences.append((_("Within:"), within))
    return sentences


def segments(horizon: float) -> Sentences:
    """How segments are compared: at one horizon, each with the rest."""
    return [
        (
            _("Fair:"),
            _(
                "only leads that had {horizon}, and what they reached within it, so that a segment "
                "with many young leads is not called worse for it.",
                horizon=quantities.duration(horizon),
            ),
        ),
        (
            _("Called better or worse:"),
            _(
                "each segment against all others (z test, Fisher's when few), q by Benjamini and "
                "Hochberg below {q}.",
                q=formats.number(0.05, 2),
            ),
        ),
        (_("95% interval:"), _("Wilson's method.")),
    ]


def touches(view: View) -> Sentences:
    """Which touches of a lead count under the view."""
    days = view.credit.look_back
    back = (
        _("however long before.")
        if days is None
        else _n("at most {n} day before.", "at most {n} days before.", days)
    )
    return [
        (_("Touches:"), _("those by that moment, {back} Later ones never count.", back=back)),
        (_("No touch known:"), _("the lead's own source is its only touch.")),
    ]


def how_touched(sight: Scene, name: str, sentences: Sentences, rows: pd.DataFrame) -> How:
    """What a card about touches says when it is asked, with the SQL of whose touches count."""
    asked = Scope(replace(sight.view, compare="none"), sight.generation)
    step = transition(asked)
    return how(
        sight,
        name,
        sentences,
        rows,
        "sources/journey_leads",
        asked=asked,
        milestone=step.end.opened_by,
        asked_stages=[step.entry.opened_by, step.end.opened_by],
        currency=sight.generation.currency,
        losing=True,
        buckets=BUCKETS,
    )


def instants(scope: Scope, name: str, days: Iterable[tuple[date, date]]) -> dict[str, Any]:
    """Spans of days, both included, as the parameters of SQL: when each begins and ends."""
    prefix = f"{name}_" if name else ""
    spans = [
        (day_ends(scope, first - timedelta(days=1)), day_ends(scope, max(first, last)))
        for first, last in days
    ]
    return {
        f"{prefix}starts": [start for start, _end in spans],
        f"{prefix}ends": [end for _start, end in spans],
    }


def _for_all(sight: Scene) -> Sentences:
    """As of when, and who is left out of every number on the page."""
    generation, scope = sight.generation, sight.scope
    entered = answers.funnel(replace(sight.view, by=None, mode="cohort"), generation)
    size = contents.size(generation)
    outside = size.leads - int(entered["reached"].iat[0])
    left_out = [
        _n("{n} lead outside this view", "{n} leads outside this view", outside),
        _n("{n} row refused when loading", "{n} rows refused when loading", size.refused),
    ]
    strange = int(contents.unknown_stages(generation)["moves"].sum())
    if strange:
        left_out.append(_n("{n} move to an unknown stage", "{n} moves to unknown stages", strange))
    sentences = [
        (_("As of:"), formats.instant(scope.as_of, scope.zone.key) + "."),
        (_("Left out:"), "; ".join(left_out) + "."),
    ]
    filtered = "; ".join(
        f"{labels.dimension_label(dimension)}: "
        + ", ".join(labels.value_label(dimension, value) for value in values)
        for dimension, values in sight.view.filters
    )
    if filtered:
        sentences.append((_("Filters:"), plain(filtered) + "."))
    return sentences
