"""E-mail addresses, looked at without the network: who can be behind one, and what tells it apart.

Source: RFC 5321 and 5322, as the package email-validator reads them.
"""

import re
from dataclasses import dataclass

from data.screening.rules import Rules
from data.values.text import plain

_SEVERAL = re.compile(r"[;,/|\s]+")
# What an address looks like of which nobody needs to ask the slower, complete reader.
_PLAIN = re.compile(
    r"(?=.{6,254}\Z)(?=[^@]{1,64}@)[a-z0-9_][a-z0-9_+-]*(?:\.[a-z0-9_+-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9]|-(?!-)){0,61}(?<!-)\.)+[a-z]{2,24}\Z"
)
_KEPT_APART = ("arpa", "example", "invalid", "local", "localhost", "onion", "test")
_NUMBERED = ("test", "asdf", "qwerty")
_DOTLESS = ("gmail.com", "googlemail.com")


@dataclass(frozen=True)
class Contact:
    """A way to reach a lead.

    reason: the rule that speaks against it; None when it is good.
    key: what it has in common with every other way of writing it; None when it is no good.
    is_shared: whether several people may answer there, so that it does not tell who a lead is.
    """

    reason: str | None = None
    key: str | None = None
    is_shared: bool = False


def look(cell: str, rules: Rules) -> Contact | None:
    """What is in a cell of addresses: of several the first good one; None when it says nothing."""
    whole = cell.strip().casefold()
    if _PLAIN.match(whole):
        return _look(whole, rules)
    bare = plain(whole)
    if not bare or bare in rules.lists["empty"]:
        return None
    first: Contact | None = None
    for part in _SEVERAL.split(whole):
        address = part.removeprefix("mailto:").strip("<>()\"'")
        if not address:
            continue
        found = _look(address, rules)
        if found.reason is None:
            return found
        first = first or found
    return first


def _look(address: str, rules: Rules) -> Contact:
    name, _, domain = address.rpartition("@")
    if rules.is_on("test_address") and _is_test(name, domain, rules):
        return Contact("test_address")
    if rules.is_on("disposable_domain") and _is_disposable(domain, rules):
        return Contact("disposable_domain")
    if not is_well_formed(address):
        return Contact("invalid_email") if rules.is_on("invalid_email") else Contact()
    key = _key(name, domain, rules)
    if name.partition("+")[0] in rules.lists["role_accounts"]:
        return Contact("role_account" if rules.is_on("role_account") else None, key, True)
    return Contact(None, key)


def is_well_formed(address: str) -> bool:
    """Whether an address in lower case has the form of one that mail can be sent to."""
    if _PLAIN.match(address) and address.rpartition(".")[2] not in _KEPT_APART:
        return True
    # Here, because it is slow to import and most files are never asked.
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _is_test(name: str, domain: str, rules: Rules) -> bool:
    known = rules.lists["test_names"]
    # test2@, test.01@; but abc123@ may be somebody.
    numbered = name.rstrip("0123456789._-") if name.startswith(_NUMBERED) else name
    return domain in rules.lists["test_domains"] or numbered in known


def _is_disposable(domain: str, rules: Rules) -> bool:
    known = rules.lists["disposable_domains"]
    return domain in known or domain.partition(".")[2] in known


def _key(name: str, domain: str, rules: Rules) -> str:
    if rules.plus_tags:
        name = name.partition("+")[0] or name
    if domain in _DOTLESS and rules.gmail_dots:
        name, domain = name.replace(".", ""), _DOTLESS[0]
    return f"{name}@{domain}"
