"""Mappings saved by name in the folder of a store, and found again by the headers of a file."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import tomli_w

from data.files.preview import Preview
from data.mapping.mapping import Mapping, MappingError
from data.store import Store
from data.values.text import heading, plain

_FOLDER = "mappings"


def save(store: Store, name: str, mapping: Mapping, headers: Sequence[Sequence[str]]) -> Path:
    """Keeps a mapping under a name, with the headers of each of its files; returns where.

    Raises:
        MappingError: the name has no letter or digit.
    """
    path = _path(store, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {"name": name, "headers": [list(each) for each in headers]}
    fresh = path.with_suffix(".new")
    fresh.write_text(
        tomli_w.dumps(known | {"mapping": mapping.to_toml()}, multiline_strings=True),
        encoding="utf-8",
    )
    fresh.replace(path)
    return path


def names(store: Store) -> tuple[str, ...]:
    """The names of the mappings that a store keeps, in the order of the alphabet."""
    return tuple(sorted(name for name, _headers, _text in _kept(store)))


def read(store: Store, name: str) -> Mapping:
    """The mapping kept under a name. Raises MappingError when there is none."""
    for known, _headers, text in _kept(store):
        if plain(known) == plain(name):
            return Mapping.parse(text)
    there = ", ".join(names(store)) or "none"
    raise MappingError(f"There is no mapping {name!r} in the store; there are: {there}.")


def find(store: Store, tops: Sequence[Preview]) -> str | None:
    """The name of the mapping kept for files of just these headers; None when there is none."""
    wanted = sorted(_like(top.headers) for top in tops)
    return next(
        (
            name
            for name, headers, _text in sorted(_kept(store))
            if sorted(_like(each) for each in headers) == wanted
        ),
        None,
    )


def fitted(store: Store, name: str, tops: Sequence[Preview]) -> Mapping:
    """The mapping kept under a name, for files that are called otherwise by now.

    Raises:
        MappingError: there is no such mapping, or it is of files with other headers.
    """
    mapping = read(store, name)
    kept = next(headers for known, headers, _ in _kept(store) if plain(known) == plain(name))
    entries = []
    for top in tops:
        found = next(
            (
                entry
                for entry, headers in zip(mapping.files, kept, strict=True)
                if _like(headers) == _like(top.headers)
            ),
            mapping.entry_for(top.name),
        )
        if found is None:
            raise MappingError(
                f"{top.name}: the mapping {name!r} is of files with other columns. Look at what "
                f"this one is with: python -m data recognise {top.name}"
            )
        entries.append(replace(found, match=escape(top.name)))
    return replace(mapping, files=tuple(entries))


def escape(name: str) -> str:
    """The pattern that fits this name of a file alone."""
    return re.sub(r"([*?[])", r"[\1]", name)


def _like(headers: Sequence[str]) -> list[str]:
    return sorted(heading(header) for header in headers)


def _path(store: Store, name: str) -> Path:
    slug = re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-")[:80]
    if not slug:
        raise MappingError(f"{name!r} is no name for a mapping: it needs a letter or a digit.")
    return store.root / _FOLDER / f"{slug}.toml"


def _kept(store: Store) -> list[tuple[str, list[list[str]], str]]:
    found = []
    for path in sorted((store.root / _FOLDER).glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        found.append((str(table["name"]), list(table["headers"]), str(table["mapping"])))
    return found
