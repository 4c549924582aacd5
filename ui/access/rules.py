"""The rules of access: which role each person has, and which leads they see.

They are a file in TOML, which `PHEU_ACCESS` names. A person is named by an address or a name, all
those of a domain as `@example.com`, a group as `group:sales`.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal, get_args

from data.sight import Rows, Sight
from data.toml import TomlError, TomlTable
from ui.access.identity import Claims, Identity

Role = Literal["viewer", "analyst", "admin"]

ROLES: tuple[Role, ...] = get_args(Role)
"""What each may do, the one before can, too: look; share and note; load, delete and set up."""

_MISSING = "~"


@dataclass(frozen=True)
class _Row:
    """Of whom it says which leads they see: those that have one of the values in each dimension."""

    who: frozenset[str]
    rows: Rows


@dataclass(frozen=True)
class Rules:
    """Who has which role, who sees names and contacts, and who sees which leads.

    contacts: the least role that sees them.
    rows: the first that names somebody is theirs. Where there is any, nobody sees a lead who is in
        none; admins see all leads, as it is they who load them.
    """

    named: tuple[tuple[Role, frozenset[str]], ...]
    contacts: Role = "viewer"
    rows: tuple[_Row, ...] = ()
    claims: Claims = field(default_factory=Claims)

    @classmethod
    def parse(cls, text: str) -> "Rules":
        """The rules that a text says. Raises TomlError, which names the key that is wrong."""
        table = TomlTable.parse(text)
        table.has_only("roles", "contacts", "rows", "claims")
        table.needs("roles", ", with who is a viewer, an analyst and an admin")
        roles, claims = table.table("roles"), table.table("claims")
        roles.has_only(*ROLES)
        claims.has_only("name", "groups")
        contacts = table.choice("contacts", ROLES) or "viewer"
        return cls(
            tuple((role, _people(roles, role)) for role in reversed(ROLES)),
            next(role for role in ROLES if role == contacts),
            tuple(_row(row) for row in table.tables("rows")),
            Claims(**{name: claims.required_text(name) for name in claims}),
        )

    def role(self, person: Identity) -> Role | None:
        """The highest role that a person is named in; None where that is none."""
        return next((role for role, named in self.named if _is_named(person, named)), None)

    def sight(self, person: Identity, role: Role) -> Sight | None:
        """What a person of a role sees; None where there are rules, and none is about them."""
        contacts = ROLES.index(role) >= ROLES.index(self.contacts)
        if not self.rows or role == "admin":
            return Sight(contacts=contacts)
        found = next((row for row in self.rows if _is_named(person, row.who)), None)
        return None if found is None else Sight(found.rows, contacts)


def _is_named(person: Identity, named: Collection[str]) -> bool:
    called = {f"group:{group}" for group in person.groups}
    if not person.name.startswith(("@", "group:")):  # as somebody could call himself
        _before, at, domain = person.name.rpartition("@")
        called |= {person.name, at + domain} if at else {person.name}
    return not called.isdisjoint(named)


def _people(table: TomlTable, key: str) -> frozenset[str]:
    names = table.list_of_texts(key, '["ann@example.com", "group:sales"]')
    found = frozenset(name.strip().casefold() for name in names)
    for name in found & {"", "@", "group:"}:
        raise TomlError(f"{table.path(key)}: {name!r} is nobody's name")
    return found


def _row(table: TomlTable) -> _Row:
    table.needs("who", ", with whom it is about")
    dimensions = [key for key in table if key != "who"]
    rows = tuple((name, _values(table, name)) for name in dimensions)
    return _Row(_people(table, "who"), rows)


def _values(table: TomlTable, dimension: str) -> tuple[str | None, ...]:
    values = table.list_of_texts(dimension, '["North", "~"]')
    return tuple(None if value == _MISSING else value for value in values)
