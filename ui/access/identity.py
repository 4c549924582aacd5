"""Who sends a request: whom the proxy in front says it is, or who signed in at the provider.

There are three ways, by the settings of the server:

- `open`: nobody signs in. So it is unless one of the others is set up.
- `header`: a proxy asks people who they are, and says so in the header that `PHEU_USER_HEADER`
  names; what groups they are of, in the one of `PHEU_GROUPS_HEADER`. It is believed as it comes, so
  the proxy has to set it in every request, whatever the browser sent, and to be the only way in.
- `openid`: Streamlit's own sign-in (`st.login`), where its secrets have a section `[auth]`.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, Protocol

Way = Literal["open", "header", "openid"]

_HOURS = 12
"""How long a sign-in holds, unless `PHEU_SIGN_IN_HOURS` says it."""

_DEFAULT = "default"
_SETTINGS = "client_kwargs"  # a table of [auth] that is no provider


class ByName(Protocol):
    """The headers of a request, as those of Streamlit."""

    def get_all(self, key: str, /) -> Sequence[str]: ...


@dataclass(frozen=True)
class Identity:
    """Somebody by name, with the groups that they are of; '' is whoever it is, in the open way.

    claims: what a provider claims of them besides, in texts: a claim as often as it has values.
    """

    name: str
    groups: frozenset[str] = frozenset()
    claims: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)

    def claimed(self, claim: str) -> tuple[str, ...]:
        """The values of a claim."""
        return tuple(sorted(value for name, value in self.claims if name == claim))


@dataclass(frozen=True)
class Claims:
    """Which claims of a provider say who somebody is, and what groups they are of.

    only: the domains of which it may say that somebody is, as `@example.com`; None, of any.
    """

    name: str = "email"
    groups: str = "groups"
    only: frozenset[str] | None = None


@dataclass(frozen=True)
class AllClaims:
    """The claims that are asked of providers: of each by its name, of others what is of all."""

    of_all: Claims = field(default_factory=Claims)
    of_one: Mapping[str, Claims] = field(default_factory=dict)

    def of(self, provider: str) -> Claims:
        """Those that are asked of a provider."""
        return self.of_one.get(provider, self.of_all)


def way() -> Way:
    """How the server learns who somebody is."""
    if os.environ.get("PHEU_USER_HEADER"):
        return "header"
    return "openid" if _auth() else "open"


def providers() -> tuple[str, ...]:
    """The names of the providers to sign in at; `default` is the one that has none of its own."""
    found = _auth()
    named = (name for name, value in found.items() if isinstance(value, Mapping))
    ours = tuple(name for name in named if name != _SETTINGS)
    return (_DEFAULT, *ours) if "client_id" in found or not ours else ours


def identity(headers: ByName, claims: AllClaims) -> Identity | None:
    """Who sends a request with these headers; None where somebody must say who they are first."""
    match way():
        case "open":
            return Identity("")
        case "header":
            return _by_header(headers)
        case "openid":
            return _by_cookie(headers, claims)


def hours() -> float:
    """How long a sign-in holds. Raises ValueError where the environment says no number."""
    return float(os.environ.get("PHEU_SIGN_IN_HOURS", _HOURS))


def is_set_up_twice() -> bool:
    """Whether both a proxy and a provider are to say who somebody is."""
    return bool(os.environ.get("PHEU_USER_HEADER") and _auth())


@lru_cache(maxsize=1)
def _auth() -> Mapping[str, Any]:
    """What the secrets say of the sign-in; nothing where there is none.

    Read once: it is asked several times in every run, and Streamlit looks for the files each time.
    """
    from streamlit.auth_util import get_secrets_auth_section

    return get_secrets_auth_section() or {}


def _by_header(headers: ByName) -> Identity | None:
    # Two headers of that name: one of them is not the proxy's.
    sent = headers.get_all(os.environ["PHEU_USER_HEADER"])
    name = sent[0].strip() if len(sent) == 1 else ""
    if not name:
        return None
    # Of no header by default: one that the proxy does not set is whatever the browser sends.
    groups_header = os.environ.get("PHEU_GROUPS_HEADER")
    told = headers.get_all(groups_header) if groups_header else ()
    return Identity(name.casefold(), _groups(told[0].split(",") if len(told) == 1 else ()))


def _by_cookie(headers: ByName, claims: AllClaims) -> Identity | None:
    """Who signed in, by what Streamlit has signed; it says itself for how long that holds."""
    from starlette.requests import cookie_parser
    from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri
    from streamlit.web.server.server_util import get_cookie_secret
    from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

    cookies = cookie_parser("; ".join(headers.get_all("Cookie")))

    def signed(name: str) -> bytes | None:
        sent = cookies.get(name, "")
        return decode_signed_value(get_cookie_secret(), name, sent, max_age_days=hours() / 24)

    text = get_cookie_with_chunks(signed, USER_COOKIE_NAME)
    told = json.loads(text) if text else {}
    if not told.get("is_logged_in") or told.get("origin") != get_origin_from_redirect_uri():
        return None
    provider = told.get("provider")
    if provider not in providers():  # any more
        return None
    asked = claims.of(provider)
    name = told.get(asked.name)
    # Whoever can write any address into their profile is not yet the one who has it.
    is_theirs = asked.name != "email" or told.get("email_verified") is True
    if not (isinstance(name, str) and name.strip() and is_theirs):
        return None
    name = name.strip().casefold()
    if asked.only is not None and f"@{name.rpartition('@')[2]}" not in asked.only:
        return None
    return Identity(name, _groups(_texts(told.get(asked.groups))), frozenset(_told(told)))


def _told(claims: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for claim, value in claims.items():
        for text in _texts(value):
            yield claim, text


def _texts(value: Any) -> list[str]:
    """The texts that a claim is, one or a list of them."""
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]


def _groups(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.strip().casefold() for name in names) - {""}
