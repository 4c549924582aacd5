"""How it is counted: what stands behind a card's numbers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd

from analytics.asked import Answer, Asked
from analytics.scope import Scope
from analytics.view.periods import DAY
from analytics.view.view import View
from ui import answers, guest, session
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
    of_today: bool = False,
) -> How:
    """What a card says when it is asked how it is counted: see How.

    `say` makes the card's own sentences; those that hold for every number of the page follow.
    `rows` are what the card shows, where that is not the whole answer. `scope` is what the card is
    about, where the question is asked over another one: an earlier period, or all of the data.
    What is `of_today` has no period, which its own sentences say.
    """
    shown = answer.rows if rows is None else rows
    return how_asked(name, say, answer.asked, shown, scope=scope, of_today=of_today)


def how_asked(
    name: str,
    say: Callable[[], Sentences],
    asked: Asked,
    rows: pd.DataFrame | Callable[[], pd.DataFrame],
    *,
    scope: Scope | None = None,
    earlier: Scope | None = None,
    of_today: bool = False,
) -> How:
    """The same for an answer of several questions, of which `asked` is the one to show.

    `rows` may be made when somebody looks. `earlier` is the other period that the card is about,
    where it compares two of its own.
    """

    def sentences() -> Sentences:
        return [*say(), *_for_all(scope or asked.scope, earlier, of_today=of_today)]

    return How(name, sentences, asked, rows if callable(rows) else lambda: rows)


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
                    "the follow-up is too short: the true rate is not lower, with 95% confidence."
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
    counted = (
        [(_("Conversions:"), _("every one of a lead, where a mapping says that each win counts."))]
        if view.credit.conversions == "all"
        else []
    )
    return [
        *counted,
        (_("Touches:"), _("touches up to that moment, {back} Later ones never count.", back=back)),
        (_("No touch known:"), _("the lead's own source is its only touch.")),
    ]


def _for_all(scope: Scope, earlier: Scope | None, *, of_today: bool) -> Sentences:
    """As of when, of which period, and who is left out: of the page, or of the card's own."""
    size = answers.size(scope.generation)
    outside = size.leads - _entered(scope, earlier)
    has_period_of_its_own = not of_today and not _is_of_the_page(scope, earlier)
    left_out = [
        _n("{n} lead outside this view", "{n} leads outside this view", outside)
        if not has_period_of_its_own
        else _n(
            "{n} lead outside this period or these filters",
            "{n} leads outside this period or these filters",
            outside,
        ),
        _n("{n} row refused when loading", "{n} rows refused when loading", size.refused),
    ]
    strange = int(answers.unknown_stages(scope.generation)["moves"].sum())
    if strange:
        left_out.append(_n("{n} move to an unknown stage", "{n} moves to unknown stages", strange))
    sentences = [
        (_("As of:"), _as_of(scope, earlier)),
        # How many others there are is not for who was shown these.
        *([] if guest.is_guest() else [(_("Left out:"), "; ".join(left_out) + ".")]),
    ]
    if has_period_of_its_own:
        days = formats.days_between(*scope.days)
        if earlier is not None:
            before = formats.days_between(*earlier.days)
            days = _("{days}, compared with {before}", days=days, before=before)
        sentences.insert(1, (_("Period:"), _("{days}, not that of the page.", days=days)))
    if scope.generation.companies:
        sentences.append(
            (
                _("Leads of one company:"),
                _(
                    "count together for how sure we are. Intervals and tests of rates, costs and "
                    "credit are those of fewer leads, by the design effect (t for few companies)."
                ),
            )
        )
    filtered = "" if guest.hides_filters() else labels.filters(scope.view)
    if filtered:
        sentences.append((_("Filters:"), plain(filtered) + "."))
    return sentences


def _is_of_the_page(scope: Scope, earlier: Scope | None) -> bool:
    """Whether the card's period is that of the page."""
    return earlier is None and (not session.entered() or session.current().days == scope.days)


def _as_of(scope: Scope, earlier: Scope | None) -> str:
    now = formats.instant(scope.as_of, scope.zone.key)
    if earlier is None or earlier.as_of == scope.as_of:
        return f"{now}."
    before = formats.instant(earlier.as_of, scope.zone.key)
    return _("{now}; the earlier period as of {before}.", now=now, before=before)


def _entered(scope: Scope, earlier: Scope | None) -> int:
    """How many leads entered in the period, or in one of the two."""
    spans = [scope.days]
    if earlier is not None:
        spans.append(earlier.days)
        if earlier.days[1] >= scope.days[0] - DAY:  # days of both count once
            spans = [(min(earlier.days[0], scope.days[0]), max(earlier.days[1], scope.days[1]))]
    return sum(_entered_in(scope, first, last) for first, last in spans)


def _entered_in(scope: Scope, first: date, last: date) -> int:
    view = replace(scope.view, by=None, mode="cohort")
    if (first, last) != scope.days:
        view = view.during(first=first, last=last)
    rows = answers.funnel(Scope(view, scope.generation)).rows
    return int(rows["reached"].iat[0])
