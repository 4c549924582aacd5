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
from analytics.view.reading import Dropped, NotAllowed, Reader, one_of, read_fields, whole_number
from analytics.view.scenario import Scenario
from data.dimensions import DIMENSIONS, LINK_PARAMETERS

VERSION, SHORT_VERSION = "1", "2"
LEVELS = ("group", "stage")
MODES = ("cohort", "flow")
SKIPPED = ("passed", "strict")
CLOCKS = ("calendar", "working")
COMPARE = ("none", "previous", "last-year")
COLOURED = ("first", "second")
LANGUAGES = ("vi", "en")
IN_EVERY_LINK = (*(name for name in DIMENSIONS if name != "company_size"), "screening")
"""The dimensions that every link spells out; others are written when they filter."""

NAMED_PERIODS = (
    "this-week",
    "last-week",
    "this-month",
    "last-month",
    "this-quarter",
    "last-quarter",
    "this-year",
    "last-year",
)
DEFAULT_PERIOD = "default"
"""The period that a page opens with: the last full quarter, unless the page has one of its own."""

ANALYSIS = "analysis"
"""The tab of a page's deeper part, where everything that was measured stands."""

NOT = "-not"
"""What follows a dimension's name in a link where its values are left out: `source-not=seo`."""

MISSING = "~"
"""How a missing value is written in a link and in an answer's `segment`."""

_LAST_DAYS = re.compile(r"last-([1-9]\d{0,3})d")
_DIMENSION = re.compile(r"[a-z][a-z0-9_]*")
_ID = re.compile(r"[0-9a-f]{8}")
_TAB = re.compile(r"[a-z][a-z-]{0,31}")
_LONGEST_WINDOW = 36_500
_LAST_PAGE = 9_999_999
ABOUT_THE_READER = frozenset(
    "lang theme embed embed_options tab place list_page coloured story "  # how the page looks
    # What other programs add to a link that is passed on: a number of the click.
    "fbclid gclid gbraid wbraid dclid msclkid yclid ttclid twclid igshid mc_cid mc_eid "
    "zarsrc".split()
)
"""Parameters that count nothing, whatever they say; `utm_source` and its like may be dimensions."""

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
    credit: how the touches before a conversion share the credit.
    scenario: what rates are compared with, and what is tried out.
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
    credit: Credit = field(default_factory=Credit)
    scenario: Scenario = field(default_factory=Scenario)
    data: int | None = None
    data_id: str = ""
    tab: str | None = None
    lead: str | None = None
    place: str | None = None
    list_page: int = 1
    coloured: str = "first"
    lang: str = "vi"

    def __post_init__(self) -> None:
        _require("period", self.period is None or _is_period(self.period))
        _require("period", (self.period is None) == bool(self.first or self.last))
        _require("to", not (self.first and self.last) or self.first <= self.last)
        _require("level", self.level in LEVELS)
        _require("mode", self.mode in MODES)
        _require("skipped", self.skipped in SKIPPED)
        _require("window", self.window is None or 1 <= self.window <= _LONGEST_WINDOW)
        _require("clock", self.clock in CLOCKS)
        _require("compare", self.compare in COMPARE)
        _require("lang", self.lang in LANGUAGES)
        _require("stage", self.stage is None or _is_value(self.stage))
        _require("stage", self.stage not in ("none", ""))
        _require("data", self.data is None or self.data > 0)
        _require("data", not self.data_id or bool(_ID.fullmatch(self.data_id)))
        if self.data is None:
            object.__setattr__(self, "data_id", "")
        _require("tab", self.tab is None or (bool(_TAB.fullmatch(self.tab)) and self.tab != "none"))
        _require("lead", self.lead is None or _is_lead(self.lead))
        _require("place", self.place is None or _is_place(self.place))
        _require("list_page", 1 <= self.list_page <= _LAST_PAGE)
        _require("coloured", self.coloured in COLOURED)
        _require("by", self.by is None or (_is_dimension(self.by) and self.by != "none"))
        if isinstance(self.as_of, datetime):
            _require("as_of", self.as_of.utcoffset() is not None)
            object.__setattr__(self, "as_of", self.as_of.astimezone(UTC))
        for dimension, values in (*self.filters, *self.excluded):
            _require(dimension, _is_dimension(dimension) and bool(values))
            _require(dimension, all(value is None or _is_value(value) for value in values))
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
        fields, dropped = read_fields(_READERS, query, names=("place",))
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
            "as_of": _instant_text(self.as_of),
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
            **self.credit.to_query(),
            **self.scenario.to_query(_list_text),
            "data": _generation_text(self.data, self.data_id),
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


def _read_filters(
    query: Mapping[str, str], dropped: list[Dropped]
) -> Iterable[tuple[str, tuple[Value, ...]]]:
    for name, text in query.items():
        dimension = name.removesuffix(NOT)
        # Leaving out all of them is none of what a reader can mean.
        if name in LINK_PARAMETERS or (text == "all" and dimension == name):
            continue
        if not _is_dimension(dimension):
            dropped.append(Dropped(name, text, (*sorted(LINK_PARAMETERS), *IN_EVERY_LINK)))
            continue
        values = tuple(_read_value(part) for part in text.split(",") if part)
        is_of_none = dimension != name and text == "all"
        if values and not is_of_none and all(each is None or _is_value(each) for each in values):
            yield name, values
        else:
            allowed = ("VALUE,…", MISSING) if dimension != name else ("VALUE,…", MISSING, "all")
            dropped.append(Dropped(name, text, allowed))


def _read_period(text: str) -> str:
    if not _is_period(text):
        raise NotAllowed("all", "last-1d–last-9999d", *NAMED_PERIODS, DEFAULT_PERIOD)
    return text


def _read_edge(text: str) -> date | str:
    if text in ("first", "latest"):
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotAllowed("YYYY-MM-DD", "first", "latest") from None


def _open_end(edge: date | str | None) -> date | None:
    return edge if isinstance(edge, date) else None


def _read_as_of(text: str) -> datetime | date | None:
    if text == "latest":
        return None
    try:
        if len(text) == len("2026-01-31"):
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotAllowed("YYYY-MM-DD", "YYYY-MM-DDThh:mm:ssZ", "latest") from None


def _read_generation(text: str) -> tuple[int | None, str]:
    number, mark, known_as = text.partition("-")
    if mark and not (number.isdecimal() and _ID.fullmatch(known_as)):
        raise NotAllowed("a number", "a number and an id, such as 3-0a1b2c3d", "current")
    return whole_number(2**31, nothing="current")(number), known_as


def _generation_text(number: int | None, known_as: str) -> str:
    if number is None:
        return "current"
    return f"{number}-{known_as}" if known_as else str(number)


def _read_by(text: str) -> str | None:
    if text == "none":
        return None
    if not _is_dimension(text):
        raise NotAllowed(*IN_EVERY_LINK, "none")
    return text


def _read_stage(text: str) -> str | None:
    if text == "none":
        return None
    if not _is_value(text):
        raise NotAllowed("STAGE", "none")
    return text


def _read_tab(text: str) -> str | None:
    if text == "none":
        return None
    if not _TAB.fullmatch(text):
        raise NotAllowed("analysis", "none")
    return text


def _read_lead(text: str) -> str | None:
    if text == "none":
        return None
    if not _is_lead(text):
        raise NotAllowed("LEAD", "none")
    return text


def _read_place(text: str) -> str | None:
    if text == "none":
        return None
    if not _is_place(text):
        raise NotAllowed("STAGE", "STAGE.DIMENSION.VALUE", "none")
    return text


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


def _instant_text(as_of: datetime | date | None) -> str:
    if as_of is None:
        return "latest"
    if isinstance(as_of, datetime):
        return as_of.replace(tzinfo=None).isoformat() + "Z"
    return as_of.isoformat()


def _canonical(filters: Filters) -> Filters:
    return tuple(
        (dimension, tuple(sorted(set(values), key=lambda value: (value is not None, value or ""))))
        for dimension, values in sorted(filters)
    )


def _is_period(text: str) -> bool:
    return text in ("all", DEFAULT_PERIOD, *NAMED_PERIODS) or bool(_LAST_DAYS.fullmatch(text))


def _is_dimension(text: str) -> bool:
    return bool(_DIMENSION.fullmatch(text)) and text not in LINK_PARAMETERS


def _is_value(text: str) -> bool:
    """Whether a store can have the text: any but none at all, and half of a character."""
    return bool(text) and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _is_place(text: str) -> bool:
    return _is_value(text) and text != "none"


def _is_lead(text: str) -> bool:
    """Whether a lead can have the id: they are loaded without spaces around them."""
    return _is_value(text) and text == text.strip() and text != "none"


def _require(field: str, holds: bool) -> None:
    if not holds:
        raise ViewError(f"The view's {field!r} is not a value it can have.")


_READERS: dict[str, Reader] = {
    "v": one_of((VERSION, SHORT_VERSION)),
    "from": _read_edge,
    "to": _read_edge,
    "period": _read_period,
    "level": one_of(LEVELS),
    "mode": one_of(MODES),
    "skipped": one_of(SKIPPED),
    "window": whole_number(_LONGEST_WINDOW, nothing="none"),
    "clock": one_of(CLOCKS),
    "as_of": _read_as_of,
    "by": _read_by,
    "compare": one_of(COMPARE),
    "stage": _read_stage,
    "data": _read_generation,
    "tab": _read_tab,
    "lead": _read_lead,
    "place": _read_place,
    "list_page": whole_number(_LAST_PAGE),
    "coloured": one_of(COLOURED),
    "lang": one_of(LANGUAGES),
}
