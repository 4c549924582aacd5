"""The channel of a source with its medium: the same Google is found, or paid for by the click."""

import tomllib
from functools import cache
from pathlib import Path

from data.values.channels import OTHER, UNKNOWN, channel_of
from data.values.text import plain

_MEDIA = Path(__file__).with_name("media.toml")
_PAID = {"search": "paid_search", "social": "paid_social", "video": "paid_social"}
_FOUND = {"search": "seo", "social": "social", "video": "content"}
_PLACES = {
    "seo": "search", "paid_search": "search", "social": "social", "paid_social": "social",
}  # fmt: skip
_VAGUE = frozenset((OTHER, UNKNOWN))


def channel_with(channel: str, source: str, medium: str | None) -> str:
    """The channel of a source that is known without its medium, once that is heard as well."""
    said = plain(medium or "")
    if not said:
        return channel
    place = _named("sources").get(plain(source)) or _PLACES.get(channel)
    match _named("media").get(said), place:
        case "paid", str():
            return _PAID[place]
        case "organic", str():
            return _FOUND[place]
        case "email", _:
            return "email"
    return channel_of(said) if channel in _VAGUE else channel


@cache
def _named(section: str) -> dict[str, str]:
    table = tomllib.loads(_MEDIA.read_text(encoding="utf-8"))[section]
    return {plain(name): kind for kind, names in table.items() for name in names}
