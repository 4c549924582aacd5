"""The page about access: its examples are read, and do what is said of them."""

import tomllib

import pytest

from data.sight import Sight
from tests.support.markdown import blocks, text_of
from tests.support.provider import SECRETS as ONE
from tests.support.provider import SEVERAL as TWO
from ui.access.identity import Claims, Identity
from ui.access.rules import ROLES, Rules

TEXT = text_of("access.md")
SECRETS, SEVERAL, RULES, CLAIMS = blocks(TEXT, "toml")


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


def test_the_claims_mean_what_is_said_of_them() -> None:
    rules = Rules.parse(CLAIMS)
    assert rules.claims.of_all == Claims()
    partner = frozenset({"@partner.example.com"})
    assert rules.claims.of("partner") == Claims("preferred_username", only=partner)
    assert rules.role(Identity("x", claims=frozenset({("roles", "Pheu admin")}))) == "admin"
    ann = Identity("ann@example.com", claims=frozenset({("teams", "Key accounts")}))
    assert rules.sight(ann, "viewer") == Sight((("team", ("Key accounts",)),))
    assert rules.sight(identity("ann@example.com"), "viewer") is None
    lee = rules.sight(identity("lee@partner.example.com"), "viewer")
    assert lee == Sight((("source", ("partner",)),))


def test_every_role_is_told() -> None:
    for role in ROLES:
        assert f"| `{role}` |" in TEXT


def test_the_secrets_are_those_that_the_sign_in_is_tested_with() -> None:
    for told, tested in ((SECRETS, ONE), (SEVERAL, TWO)):
        auth, known = tomllib.loads(told)["auth"], tomllib.loads(tested)["auth"]
        assert len(auth) == len(known)
        assert auth.keys() - {"google"} == known.keys() - {"company"}
    partner = tomllib.loads(SEVERAL)["auth"]["partner"]
    assert partner.keys() == tomllib.loads(TWO)["auth"]["partner"].keys()
