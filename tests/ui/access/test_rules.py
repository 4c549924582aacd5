"""Rules by what a provider claims: who is in which role, and which leads they see."""

import pytest

from data.sight import Sight
from ui.access.identity import AllClaims, Claims, Identity
from ui.access.rules import Rules

RULES = Rules.parse("""
[roles]
admin = ["claim:role=Pheu-Admin"]
viewer = ["claim:department=sales", "@example.com"]

[[rows]]
who = ["claim:department=sales"]
team = { claim = "teams" }
region = ["North"]

[[rows]]
who = ["@example.com"]

[claims]
groups = "roles"

[claims.partner]
name = "preferred_username"
only = ["@Partner.example.com"]
""")


def person(name: str = "ann", **claims: str) -> Identity:
    told = {(claim, value) for claim, text in claims.items() for value in text.split(",")}
    return Identity(name, claims=frozenset(told))


@pytest.mark.parametrize(
    ("who", "role"),
    [
        (person(role="pheu-admin"), "admin"),
        (person(role="x,Pheu-Admin"), "admin"),
        (person(department="Sales"), "viewer"),
        (person(department="Salesforce"), None),
        (person(roles="Pheu-Admin"), None),
        (person(name="claim:role=pheu-admin"), None),
        (Identity("ann", frozenset({"pheu-admin", "claim:role=pheu-admin"})), None),
    ],
)
def test_a_role_by_a_claim(who: Identity, role: str | None) -> None:
    assert RULES.role(who) == role


@pytest.mark.parametrize(
    ("teams", "sight"),
    [
        ("A", Sight((("region", ("North",)), ("team", ("A",))))),
        ("B,A", Sight((("region", ("North",)), ("team", ("A", "B"))))),
        ("~", Sight((("region", ("North",)), ("team", ("~",))))),  # a value, and not a missing one
    ],
)
def test_the_leads_of_the_teams_that_somebody_is_said_to_be_of(teams: str, sight: Sight) -> None:
    assert RULES.sight(person(department="sales", teams=teams), "viewer") == sight


def test_who_is_said_to_be_of_no_team_sees_nothing_even_where_another_row_names_them() -> None:
    assert RULES.sight(person("ann@example.com", department="sales"), "viewer") is None
    assert RULES.sight(person("ann@example.com"), "viewer") == Sight()


def test_each_provider_is_asked_for_claims_of_its_own() -> None:
    partner = Claims("preferred_username", "roles", frozenset({"@partner.example.com"}))
    assert RULES.claims == AllClaims(Claims(groups="roles"), {"partner": partner})
    assert RULES.claims.of("partner") == partner
    assert RULES.claims.of("google") == Claims(groups="roles")
