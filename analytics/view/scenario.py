"""The scenario: targets and tried-out changes, which bottlenecks and what-if depend on.

It is in the link like all of the view, so that a meeting discusses the same one.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from analytics.view.reading import Dropped

BENCHMARKS = ("past", "best", "target")
"""What a rate is compared with: the same segment in the four quarters before, the best quarter of
the segments, or a target that was set."""

KINDS = ("rate", "days", "volume")
"""What a scenario changes: the percent that move on from a stage, the days by which the median stay
at a stage is shorter, the factor on the leads of a source."""

LONGEST_CUT = 365
LARGEST_FACTOR = 10
LARGEST_MOVE = 999_999_999_999_999

Numbers = tuple[tuple[str, float], ...]
"""Numbers by stage or source, in alphabetical order."""

_STAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_DECIMAL = re.compile(r"\d{1,3}(\.\d{1,2})?", re.ASCII)
_WHOLE = re.compile(r"[1-9]\d{0,14}", re.ASCII)
_MOVE = "move"


class ScenarioError(ValueError):
    """A scenario outside the grammar; the message names the part."""


@dataclass(frozen=True)
class Move:
    """Money that goes to another source: what if it did?

    amount: in whole units of the store's currency.
    origin, target: the sources, or what else money is broken down by, as an answer's segments.

    Raises:
        ScenarioError: for values outside the grammar.
    """

    amount: int
    origin: str
    target: str

    def __post_init__(self) -> None:
        _require(_MOVE, 1 <= self.amount <= LARGEST_MOVE)
        _require(_MOVE, bool(self.origin and self.target) and self.origin != self.target)

    @classmethod
    def of(cls, text: str) -> "Move":
        """The move that a part of a scenario says, `100000000:list:seo`; `str()` writes it.

        A colon in a name has a tilde and a semicolon in its place, a tilde another one behind it.
        """
        parts = text.split(":")
        if len(parts) != 3 or not _WHOLE.fullmatch(parts[0]):
            raise ScenarioError(text)
        origin, target = (re.sub(r"~[~;]", _unescaped, name) for name in parts[1:])
        return cls(int(parts[0]), origin, target)

    def __str__(self) -> str:
        """The move as a part of a scenario."""
        names = (name.replace("~", "~~").replace(":", "~;") for name in (self.origin, self.target))
        return ":".join([str(self.amount), *names])


@dataclass(frozen=True)
class Scenario:
    """What rates are compared with, and what is tried out.

    benchmark: one of BENCHMARKS.
    targets: percent that should move on, by stage; a stage without one is compared with its past.
    rates: percent that move on, by stage.
    cuts: days by which the median stay is shorter, by stage.
    volumes: the factor on the leads of a source, by source.
    move: money that goes to another source; it says nothing about stages.

    Raises:
        ScenarioError: for values outside the grammar.
    """

    benchmark: str = "past"
    targets: Numbers = ()
    rates: Numbers = ()
    cuts: Numbers = ()
    volumes: Numbers = ()
    move: Move | None = None

    def __post_init__(self) -> None:
        _require("benchmark", self.benchmark in BENCHMARKS)
        for name, (least, most) in _BOUNDS.items():
            numbers = getattr(self, name)
            slugs = [slug for slug, _ in numbers]
            _require(name, len(set(slugs)) == len(slugs) and all(slugs))
            _require(name, all(least <= number <= most for _, number in numbers))
            _require(name, all(number == round(number, 2) for _, number in numbers))
            if name != "volumes":
                _require(name, all(_STAGE.fullmatch(slug) for slug in slugs))
            object.__setattr__(self, name, tuple(sorted((s, float(n)) for s, n in numbers)))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is tried out that concerns how leads move on: money aside."""
        return not (self.rates or self.cuts or self.volumes)

    @classmethod
    def parse(
        cls, query: Mapping[str, str], split: Callable[[str], list[str]]
    ) -> tuple["Scenario", list[Dropped]]:
        """The scenario of a link's parameters, and those of them that were not understood.

        `split` takes a list of values apart as the rest of the link has them.
        """
        fields: dict[str, Any] = {}
        dropped = []
        for name, read in _READERS.items():
            text = query.get(name, "none")
            if text.strip() == "none":
                continue
            try:
                # Not stripped: the name of a source may end in a space.
                found = read(split(text))
                cls(**found)
                fields |= found
            except ValueError:
                dropped.append(Dropped(name, text, ALLOWED[name]))
        return cls(**fields), dropped

    def to_query(self, join: Callable[[list[str]], str]) -> dict[str, str]:
        """The scenario as parameters of a link, every one written out."""
        tried = [
            f"{kind}:{number:g}:{slug}"
            for kind, numbers in zip(KINDS, (self.rates, self.cuts, self.volumes), strict=True)
            for slug, number in numbers
        ]
        if self.move is not None:
            tried.append(f"{_MOVE}:{self.move}")
        targets = [f"{number:g}:{slug}" for slug, number in self.targets]
        return {
            "benchmark": self.benchmark,
            "targets": join(targets) if targets else "none",
            "scenario": join(tried) if tried else "none",
        }

    def trying(self, kind: str, slug: str, number: float | None) -> "Scenario":
        """The same with one change tried out at another number, or no longer (None)."""
        name = dict(zip(KINDS, ("rates", "cuts", "volumes"), strict=True))[kind]
        others = [(other, value) for other, value in getattr(self, name) if other != slug]
        added = [] if number is None else [(slug, round(number, 2))]
        fields: dict[str, Any] = {name: tuple(others + added)}
        return replace(self, **fields)

    def aiming(self, stage: str, percent: float | None) -> "Scenario":
        """The same with another target for a stage, or with none (None)."""
        others = [(other, value) for other, value in self.targets if other != stage]
        added = [] if percent is None else [(stage, round(percent, 2))]
        return replace(self, targets=tuple(others + added))


_BOUNDS = {
    "targets": (0.0, 100.0),
    "rates": (0.0, 100.0),
    "cuts": (0.0, float(LONGEST_CUT)),
    "volumes": (0.0, float(LARGEST_FACTOR)),
}


ALLOWED: Mapping[str, tuple[str, ...]] = {
    "benchmark": BENCHMARKS,
    "targets": ("0–100:STAGE,…", "none"),
    "scenario": (
        "rate:0–100:STAGE,…",
        f"days:0–{LONGEST_CUT}:STAGE,…",
        f"volume:0–{LARGEST_FACTOR}:SOURCE,…",
        "move:AMOUNT:SOURCE:SOURCE",
        "none",
    ),
}
"""What each parameter can be, as a link writes it."""


def _read_benchmark(texts: list[str]) -> dict[str, Any]:
    (benchmark,) = texts
    return {"benchmark": benchmark.strip()}


def _read_targets(texts: list[str]) -> dict[str, Any]:
    if not texts:
        raise ScenarioError("targets")
    pairs = (text.strip().partition(":") for text in texts)
    return {"targets": tuple((slug, _number(number)) for number, _, slug in pairs)}


def _read_tried(texts: list[str]) -> dict[str, Any]:
    if not texts:
        raise ScenarioError("scenario")
    found: dict[str, list[tuple[str, float]]] = {kind: [] for kind in KINDS}
    moves = []
    for text in texts:
        kind, _, rest = text.partition(":")
        if kind == _MOVE:
            moves.append(Move.of(rest))
            continue
        number, _, slug = rest.partition(":")
        if kind not in found:
            raise ScenarioError(text)
        found[kind].append((slug, _number(number)))
    if len(moves) > 1:
        raise ScenarioError("one move at a time")
    return {
        name: tuple(found[kind])
        for kind, name in zip(KINDS, ("rates", "cuts", "volumes"), strict=True)
    } | {"move": moves[0] if moves else None}


def _unescaped(pair: re.Match[str]) -> str:
    return "~" if pair[0] == "~~" else ":"


def _number(text: str) -> float:
    if not _DECIMAL.fullmatch(text):
        raise ScenarioError(text)
    return float(text)


def _require(part: str, holds: bool) -> None:
    if not holds:
        raise ScenarioError(f"The view's {part!r} is not a value it can have.")


_READERS: dict[str, Callable[[list[str]], dict[str, Any]]] = {
    "benchmark": _read_benchmark,
    "targets": _read_targets,
    "scenario": _read_tried,
}
