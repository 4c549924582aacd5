"""The rules of attribution: how the touches before a conversion share the credit.

Like all of the view they are written out in every link: the models' weights, the half-life and the
look-back window are part of what a number means.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from analytics.view.reading import Dropped, NotAllowed, one_of, read_fields, whole_number

ROLES = ("first", "created", "opportunity", "last", "rest")
"""What a touch can be on a path: the first one, the one that created the lead (the last up to its
creation), the last up to the start of the opportunity, the last before the milestone; or none."""

Weights = tuple[float, ...]
"""Percent for each of ROLES, 100 in all."""

POSITIONS: dict[str, Weights] = {
    "u": (40, 0, 0, 40, 20),
    "w": (30, 30, 30, 0, 10),
    "full": (22.5, 22.5, 22.5, 22.5, 10),
    "j": (20, 0, 0, 60, 20),
    "inverse_j": (60, 0, 0, 20, 20),
}
"""The models by position, and the weights they have unless a link says others.

Vendors disagree about them: see PRESETS."""

PRESETS: dict[str, tuple[str, Weights]] = {
    "google_ads": ("u", (40, 0, 0, 40, 20)),
    "salesforce": ("u", (40, 0, 0, 40, 20)),
    "matomo": ("u", (40, 0, 0, 40, 20)),
    "hubspot_u": ("u", (40, 40, 0, 0, 20)),
    "marketo_u": ("u", (50, 50, 0, 0, 0)),
    "marketo_w": ("w", (30, 30, 30, 0, 10)),
    "marketo_full": ("full", (22.5, 22.5, 22.5, 22.5, 10)),
}
"""What known vendors weigh: a model and its weights (docs/counting.md, "Attribution")."""

MODELS = (
    "first",
    "last",
    "linear",
    "linear_source",
    *POSITIONS,
    "decay",
    "markov",
    "shapley",
    "shapley_rate",
)
"""Every model: the single touches, equal shares per touch and per distinct source, by position,
time decay, the removal effect, and Shapley's value of the sum game and of the rate game."""

OWN = "source"
"""Not a model: who gets the whole credit for a lead is its own source, which its touches do not
decide."""

CREDITED = (OWN, *MODELS)
"""To whom the scoreboard of sources can give the credit for a customer."""

MEASURES = ("count", "value")
CONVERSIONS = ("first", "all")
LONGEST_HALF_LIFE = 3_650
LONGEST_LOOK_BACK = 3_650
HIGHEST_ORDER = 3


class CreditError(ValueError):
    """Rules outside the grammar; the message names the field."""


@dataclass(frozen=True)
class Credit:
    """The rules of attribution of a view.

    model, versus: the model asked about, and the one it is compared with.
    measure: conversions, or their value.
    weights: by model of POSITIONS, in its order, percent for each of ROLES.
    half_life: days in which time decay halves a touch's weight.
    look_back: days before the milestone beyond which a touch does not count, None for all.
    order: how many touches a state of the Markov chain remembers.
    margin: gross margin, percent of the won value.
    conversions: the first of each lead, or all of them, where a mapping says that each win counts.
    credited: one of CREDITED, to whom the scoreboard gives the credit for a customer.

    Raises:
        CreditError: for values outside the grammar.
    """

    model: str = "linear"
    versus: str = "last"
    measure: str = "count"
    weights: tuple[Weights, ...] = tuple(POSITIONS.values())
    half_life: int = 30
    look_back: int | None = None
    order: int = 1
    margin: int = 100
    conversions: str = "first"
    credited: str = OWN

    def __post_init__(self) -> None:
        _require("model", self.model in MODELS)
        _require("versus", self.versus in MODELS)
        _require("measure", self.measure in MEASURES)
        _require("weights", len(self.weights) == len(POSITIONS))
        _require("weights", all(is_weights(each) for each in self.weights))
        _require("half_life", 1 <= self.half_life <= LONGEST_HALF_LIFE)
        _require("look_back", self.look_back is None or 1 <= self.look_back <= LONGEST_LOOK_BACK)
        _require("order", 1 <= self.order <= HIGHEST_ORDER)
        _require("margin", 1 <= self.margin <= 100)
        _require("conversions", self.conversions in CONVERSIONS)
        _require("credited", self.credited in CREDITED)

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> tuple["Credit", list[Dropped]]:
        """The rules of a link's parameters, and those of them that were not understood."""
        fields, dropped = read_fields(_READERS, query)
        return cls(**fields), dropped

    def to_query(self) -> dict[str, str]:
        """The rules as parameters of a link, every one written out."""
        return {
            "model": self.model,
            "versus": self.versus,
            "measure": self.measure,
            "weights": ",".join(
                f"{model}:{'-'.join(f'{percent:g}' for percent in percents)}"
                for model, percents in zip(POSITIONS, self.weights, strict=True)
            ),
            "half_life": str(self.half_life),
            "look_back": "none" if self.look_back is None else str(self.look_back),
            "order": str(self.order),
            "margin": str(self.margin),
            "conversions": self.conversions,
            "credited": self.credited,
        }

    def weights_of(self, model: str) -> Weights:
        """The weights of a model by position."""
        return self.weights[tuple(POSITIONS).index(model)]


def is_weights(percents: tuple[float, ...]) -> bool:
    """Whether these can be the weights of a model: one a role, none negative, 100 in all."""
    return (
        len(percents) == len(ROLES)
        and all(0 <= percent <= 100 and percent == round(percent, 2) for percent in percents)
        and abs(sum(percents) - 100) < 1e-6
    )


def _read_weights(text: str) -> tuple[Weights, ...]:
    said = dict(POSITIONS)
    for entry in text.split(","):
        model, _, percents = entry.partition(":")
        numbers = tuple(_read_percent(number) for number in percents.split("-"))
        if model not in said or not is_weights(numbers):
            raise NotAllowed(*_ALLOWED_WEIGHTS)
        said[model] = numbers
    return tuple(said.values())


def _read_percent(text: str) -> float:
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", text, re.ASCII):
        raise NotAllowed(*_ALLOWED_WEIGHTS)
    return float(text)


def _require(field: str, holds: bool) -> None:
    if not holds:
        raise CreditError(f"The view's {field!r} is not a value it can have.")


_ALLOWED_WEIGHTS = tuple(
    f"{model}:{'-'.join(f'{percent:g}' for percent in percents)}"
    for model, percents in POSITIONS.items()
)
_READERS: dict[str, Callable[[str], Any]] = {
    "model": one_of(MODELS),
    "versus": one_of(MODELS),
    "measure": one_of(MEASURES),
    "weights": _read_weights,
    "half_life": whole_number(LONGEST_HALF_LIFE),
    "look_back": whole_number(LONGEST_LOOK_BACK, nothing="none"),
    "order": whole_number(HIGHEST_ORDER),
    "margin": whole_number(100),
    "conversions": one_of(CONVERSIONS),
    "credited": one_of(CREDITED),
}
PARAMETERS = tuple(_READERS)
"""The names of the rules in a link."""
