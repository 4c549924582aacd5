"""What costs most: the headline of the page, and the board of its bottlenecks."""

from dataclasses import replace

from analytics.bottlenecks.ranking import Finding, Ranking
from analytics.certainty import Certainty
from analytics.scope import Scope
from analytics.view.parameters import DEFAULT_PERIOD
from analytics.view.view import View
from ui import answers
from ui.board import board
from ui.bottlenecks import calls, controls, losses, names, sentences
from ui.bottlenecks.chosen import Chosen, choose
from ui.language import formats
from ui.language.messages import _
from ui.page import card, certainty, headline, markdown, provenance

_MOST = 5  # before somebody asks for all
_CARDS_BELOW = 440  # px: beside the opened one there is half of a page


def show_headline(scope: Scope) -> None:
    """The one sentence that the page begins with, and the way to whom to call."""
    if controls.wants_targets(scope):
        headline.show(_("Set a target to be held against"))
        return
    ranking = answers.ranking(scope)
    first = ranking.first
    headline.show(
        sentences.headline(scope, ranking),
        certainty=first.certainty if first is not None else _of_nothing(ranking),
        edge="bad" if first is not None and first.certainty is Certainty.CERTAIN else None,
        link=calls.link(scope, first.loss)
        if first is not None
        else ("funnel", _("See the funnel by step and group →"), _without_choice(scope.view)),
    )


def show(scope: Scope, at: Chosen | None) -> None:
    """The bottlenecks by what they cost, the largest first, however sure; one of them is open."""
    ranking = answers.ranking(scope)
    title = sentences.how_many(ranking)
    about = {"benchmark": names.benchmark(scope.view)}
    subtitle = (
        _("By money, against {benchmark}. Bar: customers lost.", **about)
        if ranking.has_money
        else _("Against {benchmark}. Bar: customers lost.", **about)
    )
    found = ranking.found
    how = provenance.how_asked(
        "ranking", lambda: losses.sentences(found), found.asked, lambda: found.rows
    )
    with card.card(title, subtitle, how=how):
        if ranking.findings:
            _board(scope, ranking, at)
        controls.below(scope, _looked_at(ranking))


def _board(scope: Scope, ranking: Ranking, at: Chosen | None) -> None:
    most = max(each.loss.wins_lost_high or each.customers for each in ranking.findings)
    scale = formats.money_scale(each.value or 0.0 for each in ranking.findings)
    columns = [
        board.Column(_("Bottleneck")),
        board.Column(_("Customers lost, with their range"), unseen=True),
        board.Column(_("Customers lost"), right=True),
        board.Column(_("Certainty")),
    ]
    if ranking.has_money:
        unit = formats.money_unit(scale, ranking.found.currency)
        columns.insert(3, board.Column(_("{unit} a quarter", unit=unit), right=True))
    board.show(
        columns,
        [
            replace(row, chosen=at is not None and row.id == at.loss.place)
            for row in _rows(scope, most, scale if ranking.has_money else None)
        ],
        caption=sentences.how_many(ranking),
        key="bottlenecks",
        on_pick=choose,
        cards_below=_CARDS_BELOW,
        most=_MOST,
    )


@answers.for_all
def _rows(scope: Scope, most: float, scale: float | None) -> list[board.Row]:
    """The rows; `most` is the longest bar, `scale` the unit of money where it is known."""
    return [_row(scope, each, most, scale) for each in answers.ranking(scope).findings]


def _row(scope: Scope, finding: Finding, most: float, scale: float | None) -> board.Row:
    loss = finding.loss
    cells: list[board.Cell] = [
        board.Text(names.segment(loss), note=names.transition(scope, loss), strong=True),
        _bar(finding, most),
        board.Text(f"−{sentences.customers(finding.customers)}", strong=True),
        board.Badge(
            certainty.word(finding.certainty),
            certainty.TONES[finding.certainty],
            certainty.ICONS[finding.certainty],
        ),
    ]
    if scale is not None:
        worth = formats.one_decimal((finding.value or 0.0) / scale)
        cells.insert(3, board.Text(worth, strong=True))
    return board.Row(cells, id=loss.place)


def _bar(finding: Finding, most: float) -> board.Bar:
    low, high = finding.loss.wins_lost_low, finding.loss.wins_lost_high
    return board.Bar(
        finding.customers,
        most,
        low=low,
        high=high,
        tone="red" if finding.is_sure else "gray",
        faint=finding.certainty is not Certainty.CERTAIN,
        alt=_(
            "{lost} customers a quarter, from {low} to {high}",
            lost=sentences.customers(finding.customers),
            low=formats.number(low, 1),
            high=formats.number(high, 1),
        ),
    )


def _looked_at(ranking: Ranking) -> str:
    if not ranking.looked_at:
        return ""
    unclear = sum(each.certainty is Certainty.UNCLEAR for each in ranking.findings)
    return markdown.gray(
        _(
            "{n} segments and steps were tested; {unclear} are unclear.",
            n=formats.number(ranking.looked_at),
            unclear=formats.number(unclear),
        )
    )


def _without_choice(view: View) -> View:
    """The view as other pages begin with it: nothing chosen of this page goes along."""
    return replace(view.during(DEFAULT_PERIOD), by=None, stage=None, tab=None, place=None)


def _of_nothing(ranking: Ranking) -> Certainty:
    return Certainty.UNCLEAR if ranking.looked_at else Certainty.TOO_FEW
