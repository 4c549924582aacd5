"""The card of what was decided, and what came of it: what the next meeting opens with."""

from analytics.overview.effect import Effect, Verdict
from analytics.scope import Scope
from data.state.note import Note
from ui import guest
from ui.board import board
from ui.language import formats
from ui.language.messages import _, _n
from ui.page import card, effects, notes

_MOST = 5  # before somebody asks for all


def show(scope: Scope) -> None:
    """The decisions, the newest first, each with what was expected of it beside what is observed.

    Nothing where nothing was decided. A guest is shown none: each is of leads of its own, which
    need not be among those that are shared.
    """
    if guest.is_guest():
        return
    decided = [note for note in notes.every() if note.decision is not None][::-1]
    if not decided:
        return
    found = [(note, effects.of(scope, note)) for note in decided]
    title = _title([effect for _note, each in found for effect in each], len(decided))
    columns = [
        board.Column(_("Decision")),
        board.Column(_("Expected")),
        board.Column(_("Observed")),
        board.Column(_("What can be said")),
    ]
    with card.card(title, _("What was decided, and what has happened since.")):
        board.show(
            columns,
            [row for note, each in found for row in _rows(scope, note, each)],
            caption=title,
            key="decisions",
            most=_MOST,
        )


def _title(found: list[Effect], decided: int) -> str:
    told = [effect for effect in found if effect.verdict is not Verdict.EARLY]
    if not told:
        return _n("{n} decision, too early to tell", "{n} decisions, too early to tell", decided)
    held = sum(effect.verdict is Verdict.REACHED for effect in told)
    return _(
        "{held} of {n} effects are as expected",
        held=formats.number(held),
        n=formats.number(len(told)),
    )


def _rows(scope: Scope, note: Note, found: tuple[Effect, ...]) -> list[board.Row]:
    """A row for each effect of a decision; one that expects nothing has a row of its own.

    So has money that was to be moved, of which nothing is observed.
    """
    decision = board.Text(f"{notes.STAR} {note.text}", note=notes.in_charge(note), strong=True)
    money = effects.money(scope, note)
    if not (found or money):
        nothing = board.Text(formats.NOTHING)
        return [
            board.Row([decision, nothing, nothing, board.Text(_("no expected effect was given"))])
        ]
    told: list[list[board.Cell]] = [
        [
            _expected(scope, effect),
            _observed(effect),
            board.Badge(effects.verdict(effect), *effects.TONES[effect.verdict]),
        ]
        for effect in found
    ]
    if money:
        unknown = board.Text(_("not observed: nobody knows which leads the money brought"))
        moved = board.Text(money, note=_("money moved"))
        told.append([moved, board.Text(formats.NOTHING), unknown])
    return [
        board.Row([decision if place == 0 else board.Text(""), *cells])
        for place, cells in enumerate(told)
    ]


def _expected(scope: Scope, effect: Effect) -> board.Text:
    before, expected = (effects.value(effect, each) for each in (effect.before, effect.expected))
    return board.Text(f"{before} → {expected}", note=effects.name(scope, effect.kind, effect.slug))


def _observed(effect: Effect) -> board.Text:
    if effect.observed is None:
        return board.Text(_("from {day} on", day=formats.day(effect.known_from)))
    return board.Text(effects.value(effect, effect.observed), note=effects.interval(effect))
