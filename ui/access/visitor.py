"""The visitor: who looks at the dashboard now, in which role, and how much of the data they see.

By the environment of the server: `PHEU_ACCESS` names the file of rules. Without one everybody who
is let in sees all and may load, but for `PHEU_LOADERS`, which leaves that to those it names, and
`PHEU_READ_ONLY=1`, by which nobody loads in the browser. The command line asks nobody.
"""

import os
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path

from data.sight import WHOLE, Sight
from data.toml import TomlError, place_of
from ui.access.identity import (
    AllClaims,
    ByName,
    Identity,
    hours,
    identity,
    is_set_up_twice,
    providers,
    way,
)
from ui.access.rules import ROLES, Role, Rules

_SET = ("1", "true", "yes", "on")
_NOT_SET = ("", "0", "false", "no", "off")
_LOADERS_HEADER = "X-Forwarded-User"


reading: ContextVar["Visitor | None"] = ContextVar("reading", default=None)
"""Who reads a page that is drawn with nobody's request, as one is that is taken away."""


class AccessError(Exception):
    """Who may do what is not known, so that nobody is let in; the message is for who runs it."""


@dataclass(frozen=True)
class Visitor:
    """Who looks at the dashboard: their name, '' where nobody signs in, and what they may."""

    name: str
    role: Role
    sight: Sight

    def may(self, role: Role) -> bool:
        """Whether they may do what somebody of that role may."""
        return ROLES.index(self.role) >= ROLES.index(role)

    @property
    def may_share(self) -> bool:
        """Whether they may share what they see, make stories and write notes."""
        return self.may("analyst")

    @property
    def may_load(self) -> bool:
        """Whether they may load data in the browser."""
        return self.may("admin") and not is_read_only()


def visitor(headers: ByName) -> Visitor | None:
    """Who sends a request with these headers; None where they are not let in.

    Raises:
        AccessError: the rules cannot be read.
    """
    rules, person = _rules(), known(headers)
    if person is None:
        return None
    if rules is None:
        role: Role = "admin" if _is_loader(person, headers) else "analyst"
        return Visitor(person.name, role, WHOLE)
    named = rules.role(person)
    sight = named and rules.sight(person, named)
    return Visitor(person.name, named, sight) if named and sight else None


def known(headers: ByName) -> Identity | None:
    """Who sends a request as far as that is known, be they let in or not."""
    rules = _rules()
    return identity(headers, rules.claims if rules else AllClaims())


def is_read_only() -> bool:
    """Whether nobody may load in the browser; what is not understood means that, too."""
    return os.environ.get("PHEU_READ_ONLY", "").strip().lower() not in _NOT_SET


def is_open_to_all() -> bool:
    """Whether anyone who reaches the server may use it, by its settings."""
    return is_on("PHEU_OPEN")


def is_on(variable: str) -> bool:
    """Whether a switch in the environment is on; what is not understood leaves it off."""
    return os.environ.get(variable, "").strip().lower() in _SET


def require(address: str | None) -> None:
    """Makes sure that a server at an address knows whom it lets in.

    Raises:
        AccessError: it does not; the message says what to do.
    """
    rules = _rules()
    has_rules = rules is not None
    _require_said("PHEU_USER_HEADER", "the header of a proxy")
    signs_in = way()
    if is_set_up_twice():
        raise AccessError(
            "Both PHEU_USER_HEADER and [auth] in Streamlit's secrets say who signs in: keep one."
        )
    if has_rules and signs_in == "open":
        raise AccessError("PHEU_ACCESS says who may do what, but nobody signs in (docs/access.md).")
    if has_rules and os.environ.get("PHEU_LOADERS") is not None:
        raise AccessError("Both PHEU_ACCESS and PHEU_LOADERS say who may load: keep PHEU_ACCESS.")
    if rules is not None and rules.asks_for_claims and signs_in == "header":
        raise AccessError("PHEU_ACCESS asks for claims of a provider, but a proxy says who it is.")
    if signs_in == "openid":
        _require_providers()
    if signs_in == "openid" and not has_rules:
        raise AccessError(
            "Anybody whom the provider knows could sign in: PHEU_ACCESS has to name a file that "
            "says who is let in (docs/access.md)."
        )
    if signs_in == "open" and not is_local(address) and not is_open_to_all():
        raise AccessError(
            "Nobody signs in, so Pheu listens at localhost only. Set up the sign-in "
            "(docs/access.md), or set PHEU_OPEN=1 if whoever reaches this address may read and "
            "replace all data."
        )


def _require_said(variable: str, what: str) -> None:
    """Makes sure that a variable is not there and empty, as where another one that it was to be
    made of is not: without it more people would be let in.
    """
    if not os.environ.get(variable, what).strip():
        raise AccessError(f"{variable} is empty: it has to name {what}, or not to be there at all.")


def _require_providers() -> None:
    from streamlit.auth_util import validate_auth_credentials
    from streamlit.errors import StreamlitAuthError

    try:
        hours()
    except ValueError as error:
        raise AccessError("PHEU_SIGN_IN_HOURS is not a number of hours.") from error
    try:
        for provider in providers():
            validate_auth_credentials(provider)
    except StreamlitAuthError as error:
        raise AccessError(f"The section [auth] of Streamlit's secrets: {error}") from error


def is_local(address: str | None) -> bool:
    """Whether nobody but this machine reaches an address; None is every address there is."""
    if address is None:
        return False
    if address == "localhost" or address.startswith(("unix:", "/")):
        return True
    try:
        return ip_address(address.strip("[]")).is_loopback
    except ValueError:  # a name, of whatever
        return False


def _is_loader(person: Identity, headers: ByName) -> bool:
    named = os.environ.get("PHEU_LOADERS")
    if named is None:
        return True
    name = person.name
    if way() == "open":  # a proxy may say who it is, though nobody has to
        sent = headers.get_all(_LOADERS_HEADER)
        name = sent[0].strip().casefold() if len(sent) == 1 else ""
    return name in {each.strip().casefold() for each in named.split(",")} - {""}


def _rules() -> Rules | None:
    """The rules as they are in their file now; None where there is none to ask."""
    named = os.environ.get("PHEU_ACCESS")
    if named is None:
        return None
    _require_said("PHEU_ACCESS", "a file of rules")
    try:
        found = Path(named).stat()
    except OSError as error:
        raise AccessError(f"PHEU_ACCESS: {named} cannot be read: {error.strerror}.") from error
    rules = _read(named, found.st_mtime_ns, found.st_size)
    _require_known(named, rules)
    return rules


def _require_known(file: str, rules: Rules) -> None:
    """Makes sure that what rules say of a provider by its name is of one that there is.

    Of a name with a slip in it, the provider that is meant would be believed in whatever it says.
    """
    unknown = rules.claims.of_one.keys() - set(providers()) if way() == "openid" else ()
    for name in unknown:
        known = ", ".join(providers())
        raise AccessError(f"{file}: claims.{name}: there is no such provider; there are {known}.")


@lru_cache(maxsize=2)
def _read(file: str, _changed: int, _size: int) -> Rules:
    text = ""
    try:
        text = Path(file).read_text(encoding="utf-8")
        return Rules.parse(text)
    except (OSError, UnicodeDecodeError, TomlError) as error:
        raise AccessError(f"{file}{place_of(str(error), text)}: {error}") from error
