"""The products whose exports are known by their headers, and what their columns mean."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from data.mapping.headings import Headings, key_of
from data.values.text import heading

_PRODUCTS = Path(__file__).with_name("products.toml")


@dataclass(frozen=True)
class Product:
    """One kind of export of one product; `products.toml` says what each part is."""

    product: str
    kind: str
    signs: tuple[tuple[str, ...], ...]
    lacks: tuple[str, ...] = ()
    table: str = "leads"
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    statuses: Mapping[str, str] = field(default_factory=dict)
    open: str | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prefixes: tuple[str, ...] = ()
    join: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def fits(self, known: Headings) -> bool:
        """Whether these are the headers of such an export."""
        return all(any(_is_there(name, known) for name in names) for names in self.signs) and not (
            any(_is_there(name, known) for name in self.lacks)
        )

    def columns_in(self, known: Headings) -> dict[str, str]:
        """The fields of the product, each with the file's own header."""
        found: dict[str, str] = {}
        for name, headers in self.columns.items():
            header = _whole(headers, known, found)
            if header is not None:
                found[name] = header
        return found

    def kept_in(self, known: Headings) -> tuple[str, ...]:
        """The headers that are no more than a dimension, as the file has them."""
        return tuple(header for name in self.kept if (header := _whole((name,), known, {})))

    def also_in(self, known: Headings) -> tuple[str, ...]:
        """The headers of further ids of a lead, as the file has them."""
        found = (header for name in self.also if (header := _whole((name,), known, {})))
        return tuple(dict.fromkeys(found))

    def key_in(self, known: Headings, kind: str) -> str | None:
        """The header of the ids of the contacts or leads that a deal is of."""
        return _whole(self.keys.get(kind, ()), known, {})

    def join_in(self, known: Headings) -> tuple[tuple[str, str], ...]:
        """By which columns a lookup is joined, as the file has them."""
        return tuple(
            (name, header)
            for name, column in self.join.items()
            if (header := _whole((column,), known, {}))
        )

    def only_in(self, known: Headings) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What rows that count fulfil, by the file's own headers."""
        return tuple(
            (header, wanted)
            for names, wanted in self.only.items()
            if (header := _whole(tuple(names.split("|")), known, {}))
        )


def product_of(known: Headings) -> Product | None:
    """The product that headers are of; None when they are nobody's that is known."""
    return next((product for product in _products() if product.fits(known)), None)


def _whole(names: tuple[str, ...], known: Headings, taken: Mapping[str, str]) -> str | None:
    """The header that has one of these names as a whole, without a remark and a prefix less."""
    for name in names:
        header = known.under(name, tuple(taken.values()))
        if header is not None and _is_called(header, name):
            return header
    return None


def _is_called(header: str, name: str) -> bool:
    """Whether a header is the name as a whole; Pipedrive's `Lead - ID` is no `Lead ID`."""
    if " - " in name:
        return heading(header) == name
    return key_of(header) == key_of(name)


def _is_there(name: str, known: Headings) -> bool:
    if name.startswith("^"):
        return any(re.fullmatch(name, heading(header)) for header in known.headers)
    return _whole((name,), known, {}) is not None


@cache
def _products() -> tuple[Product, ...]:
    table = tomllib.loads(_PRODUCTS.read_text(encoding="utf-8"))
    return tuple(_product(entry) for entry in table["products"])


def _product(entry: dict[str, Any]) -> Product:
    lists = {key: tuple(entry.get(key, ())) for key in ("lacks", "kept", "prefixes", "also")}
    return Product(
        **{
            **entry,
            **lists,
            "signs": tuple(tuple(names) for names in entry["signs"]),
            "columns": {name: tuple(names) for name, names in entry.get("columns", {}).items()},
            "keys": {name: tuple(names) for name, names in entry.get("keys", {}).items()},
            "only": {name: tuple(names) for name, names in entry.get("only", {}).items()},
        }
    )
