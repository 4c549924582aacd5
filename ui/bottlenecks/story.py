"""The story of the bottlenecks in sentences: built from the answers, each figure with its proof.

One grammar a language: templates with named fields, joined by the same rules. Nothing is stated as
surer than it is, and a link leads to where each figure can be checked.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from analytics.bottlenecks.bottlenecks import Bottlenecks
from analytics.bottlenecks.change import Change
from analytics.bottlenecks.loss import LEAST_VISITS, Loss
from analytics.scope import Scope
from analytics.time_in_stage.waiting import BANDS
from analytics.view.view import View
from ui import answers, navigation
from ui.bottlenecks import names
from ui.language import formats, labels, quantities
from ui.language.messages import _, _n
from ui.page.markdown import plain

LOSSES, COURSE, WAITING, CHANGE = "losses", "course", "waiting", "change"
"""The anchors of the cards that prove a sentence."""

LONG = BANDS[1:]
"""Waiting longer than usual: than half of all stays at the stage."""


@dataclass(frozen=True)
class Story:
    """A sentence or two in Markdown, whether it is a worry, and the page that it is about."""

    text: str
    page: str
    is_bad: bool = False


def headline(scope: Scope, found: Bottlenecks, *, here: bool = False) -> str:
    """The one sentence: where most is lost for sure, since when, why, and who waits there.

    `here`: the page that shows it looks at this bottleneck already.
    """
    if not found.headlines:
        return nothing(scope, found)
    return bottleneck(scope, found, found.headlines[0], here=here)


def nothing(scope: Scope, found: Bottlenecks) -> str:
    """That nothing stands out, and how much was looked at."""
    tested = found.tested
    if not tested:
        return _(
            "**Too little data to name a bottleneck**: no stage has {least} visits that had the "
            "time to move on, now and before.",
            least=formats.number(LEAST_VISITS),
        )
    text = _n(
        "**No transition surely loses customers.** {n} place was held against {benchmark}, "
        "over {visits} visits; what differs is within noise.",
        "**No transition surely loses customers.** {n} places were held against {benchmark}, "
        "over {visits} visits; what differs is within noise.",
        len(tested),
        benchmark=names.benchmark(scope.view),
        visits=formats.number(sum(loss.n for loss in tested if loss.is_of_all)),
    )
    losing = [loss for loss in tested if (loss.wins_lost or 0) > 0]
    if losing:
        worst = max(losing, key=lambda loss: loss.at_least)
        text += " " + _(
            "Most to watch: {place}, {lost} customers a quarter.",
            place=names.step_of_segment(scope, worst),
            lost=_link(names.lost(worst), _at(scope.view, LOSSES)),
        )
    return text


def bottleneck(scope: Scope, found: Bottlenecks, loss: Loss, *, here: bool = False) -> str:
    """What one of the headlines loses, since when, by rate or mix, and who waits there.

    Its figures lead to the cards of the page about it, which then looks at this one.
    """
    # The stage chooses it: each transition has one headline.
    view = replace(scope.view, level="stage", stage=loss.stage)

    def at(anchor: str) -> str:
        return f"#{anchor}" if here else navigation.address("bottlenecks", view, anchor)

    clauses = [
        _lost(scope, found, loss, at),
        _cause(scope, loss, at(COURSE)),
        _waiting(scope, loss, at(WAITING)),
    ]
    counted = _n(
        "Counted over [{n} visit]({link}).",
        "Counted over [{n} visits]({link}).",
        loss.n,
        link=visits_link(scope, found, loss),
    )
    return "; ".join(clause for clause in clauses if clause) + f". {counted}"


def waiting_long(scope: Scope, loss: Loss) -> int:
    """How many leads of a bottleneck wait at its stage longer than usual, whenever they entered."""
    counts = answers.waiting_bands(scope.at(queue_view(scope.view, loss.dimension))).rows
    counts = counts[counts["stage"] == loss.stage]
    if loss.dimension is not None:
        counts = counts[counts["segment"] == loss.segment]
    return int(counts[list(LONG)].sum().sum())


def queue_view(view: View, dimension: str | None) -> View:
    """The view of all who wait, whenever they entered, by a dimension."""
    return replace(view.during("all"), mode="cohort", by=dimension, stage=None, compare="none")


def visits_link(scope: Scope, found: Bottlenecks, loss: Loss) -> str:
    """The address where the visits behind a rate are listed, as many as its n."""
    view = found.view_of(scope.view, loss)
    return navigation.address("time_in_stage", replace(view, level="stage", stage=loss.stage))


def changed(scope: Scope, found: Change) -> Story | None:
    """Whether more or fewer of a hundred became customers, and whether that is rate or mix."""
    if found.before is None or found.after is None or found.low is None or found.high is None:
        return None
    low, high = found.low, found.high
    figures = {
        "after": formats.number(found.after * 100, 1),
        "before": formats.number(found.before * 100, 1),
        "change": _link(
            f"{quantities.points(found.after - found.before)} ({formats.interval(low, high)})",
            _at(scope.view, CHANGE),
        ),
        "toward": plain(
            labels.toward(scope.generation.pipeline, found.milestone, scope.view.level)
        ),
    }
    if low <= 0 <= high:
        said = _(
            "**Of 100 leads {after} came {toward}, {before} in the period before**: {change}, "
            "within noise",
            **figures,
        )
    else:
        said = _(
            "**Of 100 leads {after} came {toward}, {before} in the period before**: {change}",
            **figures,
        )
    why = cause(found)
    return Story(f"{said}; {why}." if why else f"{said}.", "bottlenecks", is_bad=high < 0)


def cause(found: Change) -> str:
    """Rate or mix, by the dimension that explains most; nothing where nothing changed."""
    if found.rate is None or found.mix is None or found.dimension is None:
        return ""
    said = {
        "dimension": plain(labels.dimension_label(found.dimension).lower()),
        "mix": quantities.points(found.mix),
        "rate": quantities.points(found.rate),
    }
    if found.simpson:
        return _("by {dimension} every segment went the other way: it is the mix ({mix})", **said)
    if abs(found.mix) > abs(found.rate):
        return _("by {dimension} most of it is mix ({mix}), the rates did {rate}", **said)
    return _("most of it is rate ({rate}), by {dimension} the mix did {mix}", **said)


def top(scope: Scope) -> list[Story]:
    """The three things that matter most, the surest first, or fewer where fewer are sure."""
    found = answers.bottlenecks(scope)
    stories = [
        Story(bottleneck(scope, found, loss), "bottlenecks", is_bad=True)
        for loss in found.headlines[:3]
    ]
    if not stories:
        stories.append(Story(nothing(scope, found), "bottlenecks"))
    change = answers.change(scope.at(of_customers(scope.view)))
    for story in (changed(scope, change), growing(scope)):
        if story is not None and len(stories) < 3:
            stories.append(story)
    return stories


def of_customers(view: View) -> View:
    """The view whose change is that of the last step, whichever step is looked at."""
    return replace(view, stage=None)


def growing(scope: Scope) -> Story | None:
    """The queue that grows most, if significantly, or else the one where slowness costs most."""
    rows = answers.queues(scope.at(replace(scope.view, by=None))).rows
    at = _at(scope.view, WAITING)
    grows = rows[rows["state"] == "growing"]
    for row in grows.nlargest(1, "growth").itertuples(index=False):
        text = _(
            "**The queue at {stage} grows** by {growth} leads a week; {open} wait there now.",
            stage=plain(names.stage(scope, row.stage)),
            growth=_link(
                f"{formats.number(row.growth, names.digits(row.growth))} "
                f"({formats.span(row.growth_low, row.growth_high, names.digits(row.growth))})",
                at,
            ),
            open=_link(formats.number(row.open), at),
        )
        return Story(text, "bottlenecks", is_bad=True)
    slow = rows[rows["lead_days_lost"] > 0]
    for row in slow.nlargest(1, "lead_days_lost").itertuples(index=False):
        text = _(
            "**No queue surely grows.** Slower than a year before is {stage}: half stay {now}, "
            "{before} then; if that is not chance, the {open} who wait lose {days} days by it.",
            stage=plain(names.stage(scope, row.stage)),
            now=quantities.duration(row.median_seconds),
            before=quantities.duration(row.before_seconds),
            open=_link(formats.number(row.open), at),
            days=_link(formats.number(row.lead_days_lost), at),
        )
        return Story(text, "bottlenecks")
    return None


# --- clauses ----------------------------------------------------------------------------------


def _lost(scope: Scope, found: Bottlenecks, loss: Loss, at: Callable[[str], str]) -> str:
    lost, low, high = loss.wins_lost or 0, loss.wins_lost_low, loss.wins_lost_high
    decimals = names.digits(lost)
    number = formats.number(lost, decimals)
    amount = _n(
        "{number} customer a quarter",
        "{number} customers a quarter",
        1 if number == "1" else 2,
        number=number,
    )
    told = {
        "place": f"**{names.step_of_segment(scope, loss)}**",
        "lost": _link(amount, at(LOSSES)),
        "interval": _(
            "{low} to {high}",
            low=formats.number(low, decimals),
            high=formats.number(high, decimals),
        ),
    }
    if loss.value_lost is not None:
        worth = plain(formats.money(loss.value_lost, found.currency))
        told["interval"] = _("{interval}; about {worth}", interval=told["interval"], worth=worth)
    if loss.held_against == "best":
        text = _("{place} loses {lost} ({interval}) against the best 25%", **told)
    elif loss.held_against == "target":
        text = _(
            "{place} loses {lost} ({interval}) against its target of {target}",
            target=formats.percent(loss.benchmark, 0),
            **told,
        )
    else:
        text = _("{place} loses {lost} ({interval})", **told)
    course = answers.bottleneck_course(scope, loss.stage, loss.dimension, loss.segment)
    if (
        course.turned is not None
        and course.turn is not None
        and course.turn.after < course.turn.before
    ):
        when = (
            formats.month(course.turned) if course.unit == "month" else formats.day(course.turned)
        )
        return _("{lost}, since {month}", lost=text, month=_link(when, at(COURSE)))
    return text


def _cause(scope: Scope, loss: Loss, link: str) -> str:
    if loss.held_against != "past":
        return ""
    found = answers.rate_or_mix(scope, loss.stage, loss.dimension, loss.segment)
    if found.is_mostly_rate is None:
        return ""
    if found.is_mostly_rate:
        return _("most of it is [rate, not mix]({link})", link=link)
    most = found.rows.loc[found.rows["share"].idxmax(), "dimension"]
    name = labels.dimension_label(most).lower()
    return _("most of it is [mix, by {dimension}]({link})", dimension=plain(name), link=link)


def _waiting(scope: Scope, loss: Loss, link: str) -> str:
    late = waiting_long(scope, loss)
    if not late:
        return ""
    return _n(
        "[{n} lead]({link}) waits there longer than usual",
        "[{n} leads]({link}) wait there longer than usual",
        late,
        link=link,
    )


def _at(view: View, anchor: str) -> str:
    """The address of a card of the page about bottlenecks; on the page itself just the card."""
    return (
        f"#{anchor}"
        if navigation.is_at("bottlenecks")
        else navigation.address("bottlenecks", view, anchor)
    )


def _link(text: str, address: str) -> str:
    return f"[{text}]({address})"
