"""The card of all stages: how long until half have left each, and until nine in ten have."""

from collections.abc import Sequence

import pandas as pd

from analytics.certainty import Certainty
from analytics.scope import Scope
from analytics.time_in_stage.slowest import Slowest, is_rising, slowest
from ui import answers
from ui.board import board
from ui.language import formats, labels, quantities
from ui.language.messages import _
from ui.page import card, deeper, dimensions, markdown, provenance
from ui.time_in_stage import cards

_CARDS_BELOW = 80  # px: on a phone it is a table still, without the bars that say the same


def headline(scope: Scope) -> tuple[str, Certainty] | None:
    """The slowest stage in a sentence, and how sure that is; None where no lead reached one."""
    found = slowest(answers.time_in_stage(scope).rows)
    return None if found is None else (sentence(scope, found), found.certainty)


def sentence(scope: Scope, found: Slowest) -> str:
    """The slowest stage and how long half stay there, no surer than it is."""
    said = {"stage": _name(scope, found.stage)}
    if found.median is None:
        return _("{stage}: fewer than half have left yet.", **said)
    said["time"] = days(scope, found.median)
    if found.certainty is Certainty.CERTAIN:
        return _("{stage} is the slowest stage: half stay {time} or longer.", **said)
    if found.certainty is Certainty.LIKELY:
        return _("{stage} is probably the slowest stage: half stay {time} or longer.", **said)
    if found.following is None:
        return _("{stage}: half stay {time} or longer.", **said)
    said["other"] = _name(scope, found.following)
    return _("{stage} seems slowest: half stay {time} or longer; {other} may be as slow.", **said)


def stages(scope: Scope) -> None:
    """The card: a bar to the time by which half have left, a line on to nine in ten."""
    answer = answers.time_in_stage(scope)
    title = finding(scope, answer.rows)
    subtitle = _("Days until half, and 9 in 10, moved on or were lost. Open leads count.")
    note = labels.clock_note(scope.view, scope.generation.pipeline)
    how = provenance.how("stages", cards.counted, answer)
    with card.card(title, f"{subtitle} {note}" if note else subtitle, how=how):
        board.show(
            [
                board.Column(_("Stage")),
                board.Column(_("Half, to 9 in 10"), secondary=True),
                board.Column(_("Half have left after"), right=True),
                board.Column(_("9 in 10 after"), right=True),
            ],
            rows(scope, answer.rows[answer.rows["stays"] > 0]),
            caption=markdown.spoken(title),
            key="stages",
            cards_below=_CARDS_BELOW,
        )
        deeper.question(
            _("At which team do they wait longest? →")
            if scope.view.by in (None, "team") and dimensions.is_offered(scope, "team")
            else _("Where do they wait longest? →")
        )


def finding(scope: Scope, found: pd.DataFrame) -> str:
    """What all stages together say: that it takes longer and longer, or where it takes longest."""
    slow = slowest(found)
    if slow is None:
        return _("No lead reached a stage in this view")
    if is_rising(found):
        return _("The nearer to the deal, the longer the wait")
    name = _name(scope, slow.stage)
    if slow.median is None:
        return _("{stage}: fewer than half have left yet", stage=name)
    return _("Longest at {stage}: half stay {time}", stage=name, time=days(scope, slow.median))


def rows(scope: Scope, found: pd.DataFrame) -> Sequence[board.Row]:
    """The stages as the board draws them."""
    reach = found[["median_seconds", "p90_seconds"]].max().max()
    most = float(reach) if pd.notna(reach) else 1.0
    lines = []
    for row in found.itertuples(index=False):
        median, p90 = row.median_seconds, row.p90_seconds
        half = _after(scope, median) if row.stays else formats.NOTHING
        nine = _after(scope, p90) if row.stays else formats.NOTHING
        bar = (
            board.Bar(0.0, most)
            if pd.isna(median)
            else board.Bar(
                float(median),
                most,
                low=None if pd.isna(p90) else float(median),
                high=None if pd.isna(p90) else float(p90),
            )
        )
        name = labels.brief(labels.stage_label(scope.generation.pipeline, row.stage))
        lines.append(
            board.Row([board.Text(name, strong=True), bar, board.Text(half), board.Text(nine)])
        )
    return lines


def days(scope: Scope, seconds: float) -> str:
    """A time in whole days, whatever its size: one unit for all that stand beside each other."""
    whole = round(seconds / scope.day_seconds)
    return quantities.days(whole) if whole else _("less than a day")


def _after(scope: Scope, seconds: float) -> str:
    return _("not yet") if pd.isna(seconds) else days(scope, seconds)


def _name(scope: Scope, slug: str) -> str:
    return markdown.plain(labels.brief(labels.stage_label(scope.generation.pipeline, slug)))
