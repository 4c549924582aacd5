"""The page about access: its examples are read, and do what is said of them."""

import tomllib

import pytest

from data.sight import Sight
from tests.support.markdown import blocks, text_of
from tests.support.provider import SECRETS as TESTED
from ui.access.identity import Claims, Identity
from ui.access.rules import ROLES, Rules

TEXT = text_of("access.md")
SECRETS, RULES, CLAIMS = blocks(TEXT, "toml")


def identity(name: str, *groups: str) -> Identity:
    return Identity(name, frozenset(groups))


@pytest.mark.parametrize(
    ("person", "role", "rows"),
    [
        (identity("ann@example.com"), "admin", ()),
        (identity("lan@example.com"), "viewer", (("region", ("Miền Bắc",)),)),
        (identity("minh@example.com", "sales-north"), "viewer", (("region", ("Miền Bắc",)),)),
        (
            identity("mai@example.com", "marketing", "key-accounts"),
            "analyst",
            (("team", ("Key accounts",)), ("source", ("referral", "partner"))),
        ),
        (identity("minh@example.com"), "viewer", ()),
    ],
)
def test_the_rules_mean_what_is_said_of_them(person: Identity, role: str, rows: tuple[()]) -> None:
    rules = Rules.parse(RULES)
    found = rules.role(person)
    assert found == role
    assert rules.sight(person, found) == Sight(rows, contacts=role != "viewer")


def test_the_claims_are_those_that_are_asked_for_anyway() -> None:
    assert Rules.parse(f"{CLAIMS}\n[roles]").claims == Claims()


def test_every_role_is_told() -> None:
    for role in ROLES:
        assert f"| `{role}` |" in TEXT


def test_the_secrets_are_those_that_the_sign_in_is_tested_with() -> None:
    assert tomllib.loads(SECRETS)["auth"].keys() == tomllib.loads(TESTED)["auth"].keys()
