"""The rules of access: which role each person has, and which leads they see.

They are a file in TOML, which `PHEU_ACCESS` names. A person is named by an address or a name, all
those of a domain as `@example.com`, a group as `group:sales`, and those of whom the provider claims
something as `claim:department=Sales`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from data.sight import Rows, Sight
from data.toml import TomlError, TomlTable
from ui.access.identity import AllClaims, Claims, Identity

Role = Literal["viewer", "analyst", "admin"]

ROLES: tuple[Role, ...] = get_args(Role)
"""What each may do, the one before can, too: look; share and note; load, delete and set up."""

_MISSING = "~"
_GROUP, _CLAIM = "group:", "claim:"


@dataclass(frozen=True)
class _Row:
    """Of whom it says which leads they see: those that have one of the values in each dimension.

    claimed: the dimensions whose values are what is claimed of whoever looks, and by which claim.
    """

    who: frozenset[str]
    rows: Rows
    claimed: tuple[tuple[str, str], ...] = ()

    def of(self, person: Identity) -> Rows | None:
        """The rows that a person sees; None where nothing is claimed of them that would say so."""
        claimed = tuple((name, person.claimed(claim)) for name, claim in self.claimed)
        return (*self.rows, *claimed) if all(values for _name, values in claimed) else None


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
    claims: AllClaims = field(default_factory=AllClaims)

    @classmethod
    def parse(cls, text: str) -> "Rules":
        """The rules that a text says. Raises TomlError, which names the key that is wrong."""
        table = TomlTable.parse(text)
        table.has_only("roles", "contacts", "rows", "claims")
        table.needs("roles", ", with who is a viewer, an analyst and an admin")
        roles, claims = table.table("roles"), table.table("claims")
        roles.has_only(*ROLES)
        contacts = table.choice("contacts", ROLES) or "viewer"
        return cls(
            tuple((role, _people(roles, role)) for role in reversed(ROLES)),
            next(role for role in ROLES if role == contacts),
            tuple(_row(row) for row in table.tables("rows")),
            _claims(claims),
        )

    @property
    def asks_for_claims(self) -> bool:
        """Whether anything is decided by what a provider claims of people."""
        people = (named for _role, named in self.named)
        who = (row.who for row in self.rows)
        named = any(name.startswith(_CLAIM) for each in (*people, *who) for name in each)
        return named or any(row.claimed for row in self.rows)

    def role(self, person: Identity) -> Role | None:
        """The highest role that a person is named in; None where that is none."""
        return next((role for role, named in self.named if _is_named(person, named)), None)

    def sight(self, person: Identity, role: Role) -> Sight | None:
        """What a person of a role sees; None where there are rules, and none is about them."""
        contacts = ROLES.index(role) >= ROLES.index(self.contacts)
        if not self.rows or role == "admin":
            return Sight(contacts=contacts)
        found = next((row for row in self.rows if _is_named(person, row.who)), None)
        rows = None if found is None else found.of(person)
        return None if rows is None else Sight(rows, contacts)


def _is_named(person: Identity, named: Collection[str]) -> bool:
    called = {f"{_GROUP}{group}" for group in person.groups}
    called |= {f"{_CLAIM}{claim}={value}".casefold() for claim, value in person.claims}
    if not person.name.startswith(("@", _GROUP, _CLAIM)):  # as somebody could call himself
        _before, at, domain = person.name.rpartition("@")
        called |= {person.name, at + domain} if at else {person.name}
    return not called.isdisjoint(named)


def _people(table: TomlTable, key: str) -> frozenset[str]:
    names = table.list_of_texts(key, '["ann@example.com", "group:sales"]')
    found = frozenset(name.strip().casefold() for name in names)
    for name in found & {"", "@", _GROUP}:
        raise TomlError(f"{table.path(key)}: {name!r} is nobody's name")
    for name in found:
        claim, _is, value = name.removeprefix(_CLAIM).partition("=")
        if name.startswith(_CLAIM) and not (claim and value):
            raise TomlError(f"{table.path(key)}: write {name!r} as 'claim:department=Sales'")
    return found


def _row(table: TomlTable) -> _Row:
    table.needs("who", ", with whom it is about")
    rows, claimed = [], []
    for name in table:
        if isinstance(table.entries[name], dict):
            said = table.table(name)
            said.has_only("claim")
            claimed.append((name, said.required_text("claim")))
        elif name != "who":
            rows.append((name, _values(table, name)))
    return _Row(_people(table, "who"), tuple(rows), tuple(claimed))


def _claims(table: TomlTable) -> AllClaims:
    """The claims that are asked of all providers, and those of one by its name."""
    of_all = _claims_of(table, Claims(), *_tables(table))
    return AllClaims(
        of_all, {name: _claims_of(table.table(name), of_all) for name in _tables(table)}
    )


def _tables(table: TomlTable) -> Iterator[str]:
    return (key for key in table if isinstance(table.entries[key], dict))


def _claims_of(table: TomlTable, others: Claims, *tables: str) -> Claims:
    table.has_only("name", "groups", "only", *tables)
    only = others.only
    if "only" in table:
        only = _people(table, "only")
        for name in only:
            if not name.startswith("@"):
                raise TomlError(f"{table.path('only')}: {name!r} is no domain, as @example.com is")
    said = {key: table.required_text(key) for key in ("name", "groups") if key in table}
    return replace(others, **said, only=only)


def _values(table: TomlTable, dimension: str) -> tuple[str | None, ...]:
    values = table.list_of_texts(dimension, '["North", "~"]')
    return tuple(None if value == _MISSING else value for value in values)
