"""The view: what the screen shows, as one frozen value that is the link and the cache key.

`View.from_query` and `View.to_query` are pure and each other's inverse. There are two ways to
write a view: in full, every parameter of the grammar (version 1), and short, what differs from the
view that a bare address opens (version 2). A version pins its defaults: links keep their meaning.
What a link says that the grammar does not know is reported, never guessed (see
`analytics.view.reading`).

A list of values is joined by commas. `~` alone is the missing value, `all` is no filter; inside a
value `~~` stands for a tilde, `~.` for a comma, and a leading `~:` for nothing (it keeps a value
that is the word `all` apart from no filter). `source-not` has the values that are left out of
`source`; no dimension is called so.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from analytics.view.attribution_rules import Credit
from analytics.view.parameters import (
    ABOUT_THE_READER,
    CLOCKS,
    COLOURED,
    COMPARE,
    DEFAULT_PERIOD,
    IN_EVERY_LINK,
    LANGUAGES,
    LARGEST_COST,
    LAST_PAGE,
    LEVELS,
    LONGEST_WINDOW,
    MODES,
    READERS,
    SHORT_VERSION,
    SKIPPED,
    VERSION,
    generation_text,
    instant_text,
    is_dimension,
    is_id,
    is_lead,
    is_period,
    is_place,
    is_tab,
    is_value,
    taken_after_text,
)
from analytics.view.reading import Dropped, read_fields
from analytics.view.scenario import Scenario
from data.dimensions import LINK_PARAMETERS
from data.pipeline import LONGEST_SILENCE

NOT = "-not"
"""What follows a dimension's name in a link where its values are left out: `source-not=seo`."""

MISSING = "~"
"""How a missing value is written in a link and in an answer's `segment`."""

_ADDRESS = re.compile(r"[^=&?]*\?|[a-z][a-z0-9+.-]*://|/", re.I)

Value = str | None
Filters = tuple[tuple[str, tuple[Value, ...]], ...]


class ViewError(ValueError):
    """A view outside the grammar; the message names the field."""


@dataclass(frozen=True)
class View:
    """What to count, how, and in which language.

    period: 'all', 'last-90d', one of NAMED_PERIODS, DEFAULT_PERIOD, or None for the days `first` to
        `last`.
    first, last: both included, either of them open (None).
    window: days from entry.
    clock: which hours of a stay count, all or working ones (see `analytics.working_time`).
    as_of: an instant (UTC), or a day of the store's calendar, its end being meant; None is the last
        event in the data.
    filters: by dimension in alphabetical order, the values sorted, None being the missing one.
    excluded: like `filters`, the values that are left out; any other stays, the missing one too.
    by: the dimension to break down by.
    stage: the selected step of the level.
    taken_after: working hours after which a lead handed over that nobody answers for is taken as
        accepted; 0 for never, None for what the pipeline says.
    credit: how the touches before a conversion share the credit.
    scenario: what rates are compared with, and what is tried out.
    call_cost: what one more call to a lead costs, in whole units of the store's currency; None
        where that is not said.
    data: the generation, None for the current one.
    data_id: the id of that generation, which a frozen link carries; '' is whichever is there.
    tab: which part of a page is open, None for its first; it decides no number.
    lead: the id of the one lead that is open; it decides no number.
    place: the bottleneck that is open, `sal.team.Hanoi` or `sal`; it decides no number.
    list_page: the page of the page's list that is shown, from 1; it decides no number.
    coloured: of two segments beside each other the one in colour, by their order in `filters`; it
        decides no number.

    Raises:
        ViewError: for values outside the grammar.
    """

    period: str | None = "all"
    first: date | None = None
    last: date | None = None
    level: str = "group"
    mode: str = "cohort"
    skipped: str = "passed"
    window: int | None = None
    clock: str = "calendar"
    as_of: datetime | date | None = None
    filters: Filters = ()
    excluded: Filters = ()
    by: str | None = None
    compare: str = "none"
    stage: str | None = None
    taken_after: int | None = None
    credit: Credit = field(default_factory=Credit)
    scenario: Scenario = field(default_factory=Scenario)
    call_cost: int | None = None
    data: int | None = None
    data_id: str = ""
    tab: str | None = None
    lead: str | None = None
    place: str | None = None
    list_page: int = 1
    coloured: str = "first"
    lang: str = "vi"

    def __post_init__(self) -> None:
        _require("period", self.period is None or is_period(self.period))
        _require("period", (self.period is None) == bool(self.first or self.last))
        _require("to", not (self.first and self.last) or self.first <= self.last)
        _require("level", self.level in LEVELS)
        _require("mode", self.mode in MODES)
        _require("skipped", self.skipped in SKIPPED)
        _require("window", self.window is None or 1 <= self.window <= LONGEST_WINDOW)
        _require("clock", self.clock in CLOCKS)
        _require("compare", self.compare in COMPARE)
        _require("lang", self.lang in LANGUAGES)
        _require("stage", self.stage is None or is_value(self.stage))
        _require("stage", self.stage not in ("none", ""))
        _require("taken_after", 0 <= (self.taken_after or 0) <= LONGEST_SILENCE)
        _require("call_cost", self.call_cost is None or 1 <= self.call_cost <= LARGEST_COST)
        _require("data", self.data is None or self.data > 0)
        _require("data", not self.data_id or is_id(self.data_id))
        if self.data is None:
            object.__setattr__(self, "data_id", "")
        _require("tab", self.tab is None or is_tab(self.tab))
        _require("lead", self.lead is None or is_lead(self.lead))
        _require("place", self.place is None or is_place(self.place))
        _require("list_page", 1 <= self.list_page <= LAST_PAGE)
        _require("coloured", self.coloured in COLOURED)
        _require("by", self.by is None or (is_dimension(self.by) and self.by != "none"))
        if isinstance(self.as_of, datetime):
            _require("as_of", self.as_of.utcoffset() is not None)
            object.__setattr__(self, "as_of", self.as_of.astimezone(UTC))
        for dimension, values in (*self.filters, *self.excluded):
            _require(dimension, is_dimension(dimension) and bool(values))
            _require(dimension, all(value is None or is_value(value) for value in values))
        object.__setattr__(self, "filters", _canonical(self.filters))
        object.__setattr__(self, "excluded", _canonical(self.excluded))

    @classmethod
    def opening(cls, lang: str = "vi") -> "View":
        """What a bare address shows: the last full quarter against the one before."""
        return cls(period=DEFAULT_PERIOD, compare="previous", lang=lang)

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "View":
        """The view that the parameters of a link say; what they do not say is the default."""
        return cls.parse(query)[0]

    @classmethod
    def from_link(cls, link: str) -> tuple["View", tuple[Dropped, ...]]:
        """The view of a whole link, of its query alone, or of nothing at all; and what it lost."""
        return cls.parse(parameters(link))

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> tuple["View", tuple[Dropped, ...]]:
        """The view of a link's parameters without those that were not understood, and these.

        Never raises. The view stands for the link only where all that is dropped is harmless.
        Whether the store knows the names is another question: see `analytics.view.vocabulary`.
        """
        if query.get("v", "").strip() == SHORT_VERSION:
            query = _with_defaults(query)
        fields, dropped = read_fields(READERS, query, names=("place",))
        fields.pop("v", None)
        fields["data"], fields["data_id"] = fields.get("data", (None, ""))
        fields |= _period_fields(fields, query, dropped)
        fields["credit"], strange = Credit.parse(query)
        fields["scenario"], unclear = Scenario.parse(query, _texts)
        dropped += [*strange, *unclear]
        filters = dict(_read_filters(query, dropped))
        fields["filters"] = tuple(each for each in filters.items() if not each[0].endswith(NOT))
        fields["excluded"] = tuple(
            (name.removesuffix(NOT), values)
            for name, values in filters.items()
            if name.endswith(NOT)
        )
        about_the_reader = (
            replace(each, is_harmless=True) if each.parameter in ABOUT_THE_READER else each
            for each in dropped
        )
        return cls(**fields), tuple(about_the_reader)

    def to_query(self) -> dict[str, str]:
        """The link's parameters, every field that decides a number written out."""
        query = {"v": VERSION}
        if self.period is not None:
            query["period"] = self.period
        else:
            query["from"] = self.first.isoformat() if self.first else "first"
            query["to"] = self.last.isoformat() if self.last else "latest"
        query |= {
            "level": self.level,
            "mode": self.mode,
            "skipped": self.skipped,
            "window": "none" if self.window is None else str(self.window),
            "clock": self.clock,
            "as_of": instant_text(self.as_of),
        }
        filters = dict(self.filters)
        for dimension in (*IN_EVERY_LINK, *sorted(filters.keys() - set(IN_EVERY_LINK))):
            values = filters.get(dimension)
            query[dimension] = "all" if values is None else _list_text(values)
        query |= {dimension + NOT: _list_text(values) for dimension, values in self.excluded}
        query |= {
            "by": self.by or "none",
            "compare": self.compare,
            "stage": self.stage or "none",
            "taken_after": taken_after_text(self.taken_after),
            **self.credit.to_query(),
            **self.scenario.to_query(_list_text),
            "call_cost": "none" if self.call_cost is None else str(self.call_cost),
            "data": generation_text(self.data, self.data_id),
        }
        query |= {
            name: text
            for name, text in (("tab", self.tab), ("lead", self.lead), ("place", self.place))
            if text is not None
        }
        if self.list_page != 1:
            query["list_page"] = str(self.list_page)
        if self.coloured != "first":
            query["coloured"] = self.coloured
        return query | {"lang": self.lang}

    def to_short_query(self) -> dict[str, str]:
        """The parameters of the short form: what differs from what a bare address opens."""
        usual = _usual_query()
        full = self.to_query() | {"v": SHORT_VERSION}
        return {
            name: text
            for name, text in full.items()
            if name in ("v", "lang") or usual.get(name) != text
        }

    def to_link(self, base: str = "") -> str:
        """The view as the end of an address: `base` and the short form as its query string."""
        return f"{base}?{urlencode(self.to_short_query())}"

    def values(self, dimension: str) -> tuple[Value, ...]:
        """The values a dimension is filtered to; empty when it is not filtered."""
        return dict(self.filters).get(dimension, ())

    def where(self, dimension: str, values: Iterable[Value]) -> "View":
        """The same view with one dimension filtered to some values, or to none for no filter."""
        others = [entry for entry in self.filters if entry[0] != dimension]
        chosen = tuple(values)
        return replace(self, filters=(*others, (dimension, chosen)) if chosen else tuple(others))

    def excluded_values(self, dimension: str) -> tuple[Value, ...]:
        """The values of a dimension that are left out; empty when none is."""
        return dict(self.excluded).get(dimension, ())

    def excluding(self, dimension: str, values: Iterable[Value]) -> "View":
        """The same view with some values of one dimension left out, or with none for all of them.

        Beside a filter of the same dimension both hold: see `where`.
        """
        others = [entry for entry in self.excluded if entry[0] != dimension]
        chosen = tuple(values)
        return replace(self, excluded=(*others, (dimension, chosen)) if chosen else tuple(others))

    def unfiltered(self, dimension: str | None = None) -> "View":
        """The same view of every lead: without any filter, or without those of one dimension."""
        if dimension is None:
            return replace(self, filters=(), excluded=())
        return self.where(dimension, ()).excluding(dimension, ())

    @property
    def filtered(self) -> tuple[str, ...]:
        """The dimensions that decide which leads count, in alphabetical order."""
        return tuple(sorted({name for name, _values in (*self.filters, *self.excluded)}))

    def during(
        self, period: str | None = None, first: date | None = None, last: date | None = None
    ) -> "View":
        """The same view over another period: a named one, or the days from first to last."""
        return replace(self, period=period, first=first, last=last)


def parameters(link: str) -> dict[str, str]:
    """The parameters of a whole link, or of its query alone; one that is there twice has both."""
    text = link.partition("?")[2].partition("#")[0] if _ADDRESS.match(link) else link
    query: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        query[name] = f"{query[name]},{value}" if name in query else value
    return query


@cache
def _usual_query() -> Mapping[str, str]:
    """The full form of the opening view."""
    return View.opening().to_query()


def _with_defaults(query: Mapping[str, str]) -> Mapping[str, str]:
    """A link of the short form with what it leaves out, as far as that is not the full one's."""
    usual = {"compare": "previous"}
    if not ("from" in query or "to" in query):
        usual["period"] = DEFAULT_PERIOD
    return usual | dict(query)


def segment_text(value: Value) -> str:
    """How an answer's `segment` writes a value; `segment_value` reads it back."""
    if value is None:
        return MISSING
    return MISSING + value if value.startswith(MISSING) else value


def segment_value(segment: str) -> Value:
    """The value that an answer's `segment` stands for; MISSING is the missing one.

    A value that itself begins with a tilde has one more in an answer, so that none is mistaken.
    """
    if segment == MISSING:
        return None
    return segment.removeprefix(MISSING) if segment.startswith(MISSING) else segment


def _period_fields(
    fields: dict[str, Any], query: Mapping[str, str], dropped: list[Dropped]
) -> dict[str, Any]:
    """Settles `from`, `to` and `period` into one; days win over a named period."""
    first = _open_end(fields.pop("from", None))
    last = _open_end(fields.pop("to", None))
    if first and last and first > last:
        dropped += [
            Dropped("from", query["from"], (f"…–{last}", "first")),
            Dropped("to", query["to"], (f"{first}–…", "latest")),
        ]
        first = last = None
    if not (first or last):
        return {"period": fields.get("period", "all")}
    if "period" in fields:
        dropped.append(Dropped("period", fields["period"], is_harmless=True))
    return {"period": None, "first": first, "last": last}


def _open_end(edge: date | str | None) -> date | None:
    return edge if isinstance(edge, date) else None


def _read_filters(
    query: Mapping[str, str], dropped: list[Dropped]
) -> Iterable[tuple[str, tuple[Value, ...]]]:
    for name, text in query.items():
        dimension = name.removesuffix(NOT)
        # Leaving out all of them is none of what a reader can mean.
        if name in LINK_PARAMETERS or (text == "all" and dimension == name):
            continue
        if not is_dimension(dimension):
            dropped.append(Dropped(name, text, (*sorted(LINK_PARAMETERS), *IN_EVERY_LINK)))
            continue
        values = tuple(_read_value(part) for part in text.split(",") if part)
        is_of_none = dimension != name and text == "all"
        if values and not is_of_none and all(each is None or is_value(each) for each in values):
            yield name, values
        else:
            allowed = ("VALUE,…", MISSING) if dimension != name else ("VALUE,…", MISSING, "all")
            dropped.append(Dropped(name, text, allowed))


def _read_value(text: str) -> Value:
    if text == MISSING:
        return None
    plain = {"~~": "~", "~.": ",", "~:": ""}
    return re.sub(r"~[~.:]", lambda pair: plain[pair[0]], text)


def _texts(text: str) -> list[str]:
    values = [_read_value(part) for part in text.split(",") if part]
    if any(value is None for value in values):
        raise ValueError(text)
    return [value for value in values if value is not None]


def _list_text(values: Iterable[Value]) -> str:
    return ",".join(_value_text(value) for value in values)


def _value_text(value: Value) -> str:
    if value is None:
        return MISSING
    text = value.replace("~", "~~").replace(",", "~.")
    return f"~:{text}" if text == "all" else text


def _canonical(filters: Filters) -> Filters:
    return tuple(
        (dimension, tuple(sorted(set(values), key=lambda value: (value is not None, value or ""))))
        for dimension, values in sorted(filters)
    )


def _require(field: str, holds: bool) -> None:
    if not holds:
        raise ViewError(f"The view's {field!r} is not a value it can have.")
