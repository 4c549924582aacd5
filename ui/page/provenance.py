"""How it is counted: what stands behind a card's numbers, for whoever questions them."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from analytics.asked import Answer, Asked
from analytics.scope import Scope
from analytics.view.view import View
from ui import answers
from ui.language import formats, labels, quantities
from ui.language.messages import _, _n
from ui.page.card import How
from ui.page.markdown import plain

Sentences = list[tuple[str, str]]


def how(
    name: str,
    say: Callable[[], Sentences],
    answer: Answer,
    rows: pd.DataFrame | None = None,
    *,
    scope: Scope | None = None,
) -> How:
    """What a card says when it is asked how it is counted: see How.

    `say` makes the card's own sentences; those that hold for every number of the page follow.
    `rows` are what the card shows, where that is not the whole answer. `scope` is what the card is
    about, where the question is asked over another one: an earlier period, or all of the data.
    """
    return how_asked(name, say, answer.asked, answer.rows if rows is None else rows, scope=scope)


def how_asked(
    name: str,
    say: Callable[[], Sentences],
    asked: Asked,
    rows: pd.DataFrame,
    *,
    scope: Scope | None = None,
) -> How:
    """The same for an answer of several questions, of which `asked` is the one to show."""
    return How(name, lambda: [*say(), *_for_all(scope or asked.scope)], asked, rows)


def funnel(scope: Scope) -> Sentences:
    """How a funnel counts under the view."""
    view = scope.view
    whole = answers.funnel(scope.at(replace(view, by=None))).rows
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
            else _("moves in {days}, by leads of any period; {n} leads entered.", **counted),
        ),
        *reaching(view),
    ]
    if followed:
        sentences += [
            (_("Still open:"), _("neither lost nor at the next step yet: rates can still rise.")),
            (
                _("Rate to date:"),
                _(
                    "leads that reached the step, of those that reached the step before; Wilson's "
                    "interval."
                ),
            ),
            (
                _("Projected final rate:"),
                _(
                    "the rate once every open lead has resolved: Aalen–Johansen, with lost as a "
                    "competing risk; open leads are right-censored at the as-of date. “≥” where "
                    "the follow-up is too short."
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
            else _(
                "entered every step in order; a lead that skips one is not counted from there on."
            ),
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
            _("Like for like:"),
            _(
                "only leads observed for {horizon}, and what they reached within it, so that "
                "segments with many recent leads are not penalised.",
                horizon=quantities.duration(horizon),
            ),
        ),
        (
            _("Significantly better or worse:"),
            _(
                "each segment against all others (z test, Fisher's exact test for small counts), "
                "q value (Benjamini–Hochberg) below {q}.",
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
        (_("Touches:"), _("touches up to that moment, {back} Later ones never count.", back=back)),
        (_("No touch known:"), _("the lead's own source is its only touch.")),
    ]


def _for_all(scope: Scope) -> Sentences:
    """As of when, and who is left out of every number on the page."""
    generation = scope.generation
    entered = answers.funnel(Scope(replace(scope.view, by=None, mode="cohort"), generation)).rows
    size = answers.size(generation)
    outside = size.leads - int(entered["reached"].iat[0])
    left_out = [
        _n("{n} lead outside this view", "{n} leads outside this view", outside),
        _n("{n} row refused when loading", "{n} rows refused when loading", size.refused),
    ]
    strange = int(answers.unknown_stages(generation)["moves"].sum())
    if strange:
        left_out.append(_n("{n} move to an unknown stage", "{n} moves to unknown stages", strange))
    sentences = [
        (_("As of:"), formats.instant(scope.as_of, scope.zone.key) + "."),
        (_("Left out:"), "; ".join(left_out) + "."),
    ]
    if generation.companies:
        sentences.append(
            (
                _("Leads of one company:"),
                _(
                    "count together for how sure we are. Intervals and tests of rates, costs and "
                    "credit are those of fewer leads, by the design effect (t for few companies)."
                ),
            )
        )
    filtered = "; ".join(
        f"{labels.dimension_label(dimension)}: "
        + ", ".join(labels.value_label(dimension, value) for value in values)
        for dimension, values in scope.view.filters
    )
    if filtered:
        sentences.append((_("Filters:"), plain(filtered) + "."))
    return sentences
