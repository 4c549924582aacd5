"""The advice of the scoreboard in words, shapes and colours: more, keep, less."""

from collections.abc import Mapping
from types import MappingProxyType

from analytics.sources.rule import DECREASE, INCREASE, KEEP, TOO_FEW, UNKNOWN
from ui.board.board import Badge, Tone
from ui.language.messages import N_p, _p
from ui.theme import Look

_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        INCREASE: N_p("what to do about the money for a source", "more"),
        KEEP: N_p("what to do about the money for a source", "keep"),
        DECREASE: N_p("what to do about the money for a source", "less"),
        TOO_FEW: N_p("what to do about the money for a source", "too few"),
        UNKNOWN: N_p("what to do about the money for a source", "cost unknown"),
    }
)
_ICONS: Mapping[str, str] = MappingProxyType(
    {
        INCREASE: "trending_up",
        KEEP: "trending_flat",
        DECREASE: "trending_down",
        TOO_FEW: "hourglass_empty",
        UNKNOWN: "help",
    }
)
_TONES: Mapping[str, Tone] = MappingProxyType(
    {INCREASE: "green", KEEP: "gray", DECREASE: "red", TOO_FEW: "dashed", UNKNOWN: "dashed"}
)


def word(recommendation: str) -> str:
    """The advice in a word."""
    return _p(*_WORDS[recommendation])


def cell(recommendation: str) -> Badge:
    """The advice as a cell of a board."""
    return Badge(word(recommendation), _TONES[recommendation], _ICONS[recommendation])


def badge(recommendation: str) -> str:
    """The advice as Markdown."""
    tone = _TONES[recommendation]
    colour = tone if tone in ("green", "red") else "gray"
    return f":{colour}-badge[:material/{_ICONS[recommendation]}: {word(recommendation)}]"


def colour(recommendation: str, look: Look) -> str:
    """The colour of a mark of a source: that of the advice."""
    return {INCREASE: look.good, DECREASE: look.bad}.get(recommendation, look.neutral)
