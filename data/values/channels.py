"""Source names as companies write them, sorted into the channels of `sources.toml`."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from data.values.text import plain

OTHER = "other"
UNKNOWN = "unknown"

_SOURCES = Path(__file__).parents[1] / "sources.toml"
_SHORTEST_PHRASE = 4  # a shorter name, such as X, is recognised only when it is the whole name


@cache
def known_names() -> dict[str, str]:
    """Every name of `sources.toml`, in the form that `plain` gives it, and its channel."""
    table = tomllib.loads(_SOURCES.read_text(encoding="utf-8"))
    return {plain(name): channel for channel, names in table.items() for name in names}


def channel_slugs() -> tuple[str, ...]:
    """The channels, in the order of `sources.toml`."""
    return tuple(tomllib.loads(_SOURCES.read_text(encoding="utf-8")))


def channel_of(source: str, company_channels: Mapping[str, str] | None = None) -> str:
    """The channel of a source name: as the company says, else as `sources.toml` does, else `other`.

    A name that is not known as a whole has the channel of the longest known name inside it:
    `Facebook Ads Q3` is paid social.
    """
    return channels_of([source], company_channels)[source]


def channels_of(
    sources: Iterable[str], company_channels: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The channel of each of many source names."""
    company_names: dict[str, str] = {}
    for name, channel in (company_channels or {}).items():
        company_names.setdefault(plain(name), channel)
    names = known_names() | company_names
    return {source: _channel(plain(source), names) for source in sources}


def _channel(wanted: str, names: Mapping[str, str]) -> str:
    if wanted in names:
        return names[wanted]
    inside = f" {wanted} "
    return next((channel for phrase, channel in _phrases() if phrase in inside), OTHER)


@cache
def _phrases() -> tuple[tuple[str, str], ...]:
    """The known names that count inside a longer one, between spaces, the longest first."""
    names = sorted(known_names().items(), key=lambda item: -len(item[0]))
    return tuple((f" {name} ", channel) for name, channel in names if len(name) >= _SHORTEST_PHRASE)
