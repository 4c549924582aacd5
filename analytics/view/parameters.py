"""The parameters of a link: the words and forms that each can have, and how these are read.

What is filtered by is no parameter of the grammar but a dimension: see `analytics.view.view`.
"""

import re
from datetime import UTC, date, datetime

from analytics.view.reading import NotAllowed, Reader, one_of, whole_number
from data.dimensions import DIMENSIONS, LINK_PARAMETERS
from data.pipeline import LONGEST_SILENCE

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

ABOUT_THE_READER = frozenset(
    "lang theme embed embed_options tab place list_page coloured story "  # how the page looks
    # What other programs add to a link that is passed on: a number of the click.
    "fbclid gclid gbraid wbraid dclid msclkid yclid ttclid twclid igshid mc_cid mc_eid "
    "zarsrc".split()
)
"""Parameters that count nothing, whatever they say; `utm_source` and its like may be dimensions."""

LONGEST_WINDOW = 36_500
"""Days, which is a century."""

LARGEST_COST = 999_999_999_999
"""Of a call, in whole units of the store's currency."""

LAST_PAGE = 9_999_999

_LAST_DAYS = re.compile(r"last-([1-9]\d{0,3})d")
_DIMENSION = re.compile(r"[a-z][a-z0-9_]*")
_ID = re.compile(r"[0-9a-f]{8}")
_TAB = re.compile(r"[a-z][a-z-]{0,31}")


def is_period(text: str) -> bool:
    """Whether it is a period by name, or so many days up to now."""
    return text in ("all", DEFAULT_PERIOD, *NAMED_PERIODS) or bool(_LAST_DAYS.fullmatch(text))


def is_dimension(text: str) -> bool:
    """Whether a dimension can be called so."""
    return bool(_DIMENSION.fullmatch(text)) and text not in LINK_PARAMETERS


def is_value(text: str) -> bool:
    """Whether a store can have the text: any but none at all, and half of a character."""
    return bool(text) and not any("\ud800" <= letter <= "\udfff" for letter in text)


def is_place(text: str) -> bool:
    """Whether it can name a place: a stage, or a stage of a segment."""
    return is_value(text) and text != "none"


def is_tab(text: str) -> bool:
    """Whether a tab of a page can be called so."""
    return bool(_TAB.fullmatch(text)) and text != "none"


def is_id(text: str) -> bool:
    """Whether a generation can be known as it."""
    return bool(_ID.fullmatch(text))


def is_lead(text: str) -> bool:
    """Whether a lead can have the id: they are loaded without spaces around them."""
    return is_value(text) and text == text.strip() and text != "none"


def _read_period(text: str) -> str:
    if not is_period(text):
        raise NotAllowed("all", "last-1d–last-9999d", *NAMED_PERIODS, DEFAULT_PERIOD)
    return text


def _read_edge(text: str) -> date | str:
    if text in ("first", "latest"):
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotAllowed("YYYY-MM-DD", "first", "latest") from None


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
    if mark and not (number.isdecimal() and is_id(known_as)):
        raise NotAllowed("a number", "a number and an id, such as 3-0a1b2c3d", "current")
    return whole_number(2**31, nothing="current")(number), known_as


def generation_text(number: int | None, known_as: str) -> str:
    """How a link names a generation by its number and its id; None is the current one."""
    if number is None:
        return "current"
    return f"{number}-{known_as}" if known_as else str(number)


def _read_by(text: str) -> str | None:
    if text == "none":
        return None
    if not is_dimension(text):
        raise NotAllowed(*IN_EVERY_LINK, "none")
    return text


def _read_stage(text: str) -> str | None:
    if text == "none":
        return None
    if not is_value(text):
        raise NotAllowed("STAGE", "none")
    return text


def _read_tab(text: str) -> str | None:
    if text == "none":
        return None
    if not is_tab(text):
        raise NotAllowed("analysis", "none")
    return text


def _read_lead(text: str) -> str | None:
    if text == "none":
        return None
    if not is_lead(text):
        raise NotAllowed("LEAD", "none")
    return text


def _read_place(text: str) -> str | None:
    if text == "none":
        return None
    if not is_place(text):
        raise NotAllowed("STAGE", "STAGE.DIMENSION.VALUE", "none")
    return text


def _read_taken_after(text: str) -> int | None:
    if text == "agreed":
        return None
    hours = whole_number(LONGEST_SILENCE, nothing="none")
    try:
        return hours(text) or 0
    except NotAllowed as error:
        raise NotAllowed("agreed", *error.allowed) from None


def taken_after_text(hours: int | None) -> str:
    """How a link writes after how long silence is taken as yes: see `View.taken_after`."""
    return "agreed" if hours is None else str(hours or "none")


def instant_text(as_of: datetime | date | None) -> str:
    """How a link writes what is known as of: an instant, a day, or None for the latest."""
    if as_of is None:
        return "latest"
    if isinstance(as_of, datetime):
        return as_of.replace(tzinfo=None).isoformat() + "Z"
    return as_of.isoformat()


READERS: dict[str, Reader] = {
    "v": one_of((VERSION, SHORT_VERSION)),
    "from": _read_edge,
    "to": _read_edge,
    "period": _read_period,
    "level": one_of(LEVELS),
    "mode": one_of(MODES),
    "skipped": one_of(SKIPPED),
    "window": whole_number(LONGEST_WINDOW, nothing="none"),
    "clock": one_of(CLOCKS),
    "as_of": _read_as_of,
    "by": _read_by,
    "compare": one_of(COMPARE),
    "stage": _read_stage,
    "taken_after": _read_taken_after,
    "call_cost": whole_number(LARGEST_COST, nothing="none"),
    "data": _read_generation,
    "tab": _read_tab,
    "lead": _read_lead,
    "place": _read_place,
    "list_page": whole_number(LAST_PAGE),
    "coloured": one_of(COLOURED),
    "lang": one_of(LANGUAGES),
}
