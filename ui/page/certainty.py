"""The badge that says how sure a finding is: a word and a shape, never a colour alone."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from analytics.certainty import Certainty
from ui.language.messages import N_, N_p, _, _p

WORDS: Mapping[Certainty, tuple[str, str]] = MappingProxyType(
    {
        Certainty.CERTAIN: N_p("how sure a finding is", "certain"),
        Certainty.LIKELY: N_p("how sure a finding is", "likely"),
        Certainty.UNCLEAR: N_p("how sure a finding is", "unclear"),
        Certainty.TOO_FEW: N_p("how sure a finding is", "too little data"),
        Certainty.YOUNG: N_p("how sure a finding is", "still early"),
    }
)
MEANINGS: Mapping[Certainty, str] = MappingProxyType(
    {
        Certainty.CERTAIN: N_(
            "Hardly chance, even among all the segments and steps that were tested."
        ),
        Certainty.LIKELY: N_(
            "Clear by itself, but among so many segments and steps it may be chance; or fewer "
            "than 10 customers."
        ),
        Certainty.UNCLEAR: N_("Better and worse are both possible."),
        Certainty.TOO_FEW: N_(
            "Fewer than 100 leads, or fewer than 10 customers where money counts."
        ),
        Certainty.YOUNG: N_("The leads have not been followed long enough."),
    }
)
"""What each means, shown on hover or tap; the rule is in `docs/counting.md`."""

ICONS: Mapping[Certainty, str] = MappingProxyType(
    {
        Certainty.CERTAIN: "verified",
        Certainty.LIKELY: "contrast",
        Certainty.UNCLEAR: "help",
        Certainty.TOO_FEW: "hourglass_empty",
        Certainty.YOUNG: "schedule",
    }
)
TONES: Mapping[Certainty, Literal["blue", "outlined", "dashed"]] = MappingProxyType(
    {
        Certainty.CERTAIN: "blue",
        Certainty.LIKELY: "outlined",
        Certainty.UNCLEAR: "dashed",
        Certainty.TOO_FEW: "dashed",
        Certainty.YOUNG: "dashed",
    }
)
"""How the badge is drawn in a board: see `ui.board`."""


def word(certainty: Certainty) -> str:
    """The word for it in the reader's language."""
    return _p(*WORDS[certainty])


def meaning(certainty: Certainty) -> str:
    """What the word says, in the reader's language."""
    return _(MEANINGS[certainty])


def badge(certainty: Certainty) -> str:
    """Markdown for the badge."""
    colour = "blue" if certainty is Certainty.CERTAIN else "gray"
    return f":{colour}-badge[:material/{ICONS[certainty]}: {word(certainty)}]"
