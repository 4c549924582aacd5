"""The visitor: who somebody is by a header, and what the environment and the rules make of them."""

from pathlib import Path

import pytest

from data.sight import WHOLE, Sight
from tests.support.headers import sent
from ui.access import identity, visitor
from ui.access.rules import Role
from ui.access.visitor import AccessError, Visitor

ANN = ("X-Forwarded-User", "ann@example.com")
BOB = ("X-Forwarded-User", "bob@example.com")
NAMED = {"PHEU_LOADERS": "ann@example.com, Lan"}
BY_HEADER = {"PHEU_USER_HEADER": "X-Forwarded-User"}
RULES = """
contacts = "analyst"

[roles]
admin = ["Ann@Example.com"]
analyst = ["group:Marketing", "bob@example.com"]
viewer = ["@example.com"]

[[rows]]
who = ["lan@example.com", "group:north"]
region = ["North", "~"]
team = ["A"]

[[rows]]
who = ["group:marketing"]
"""
NORTH = (("region", ("North", None)), ("team", ("A",)))


@pytest.mark.parametrize(
    ("env", "lines", "may"),
    [
        ({}, [], True),
        ({"PHEU_READ_ONLY": "0"}, [], True),
        ({"PHEU_READ_ONLY": "1"}, [ANN], False),
        ({"PHEU_READ_ONLY": "yes"}, [], False),
        ({"PHEU_READ_ONLY": "maybe"}, [], False),
        ({**NAMED, "PHEU_READ_ONLY": "1"}, [ANN], False),
        (NAMED, [ANN], True),
        (NAMED, [("x-forwarded-user", " LAN ")], True),
        (NAMED, [BOB], False),
        (NAMED, [], False),
        (NAMED, [ANN, BOB], False),
        (NAMED, [BOB, ANN], False),
        (NAMED, [("X-Forwarded-User", "ann@example.com, bob@example.com")], False),
        (NAMED, [("X-Forwarded-User", "")], False),
        (NAMED, [("Remote-User", "Lan")], False),
        ({**NAMED, "PHEU_USER_HEADER": "Remote-User"}, [("Remote-User", "Lan")], True),
        ({"PHEU_LOADERS": ""}, [("X-Forwarded-User", "")], False),
        ({"PHEU_LOADERS": " , "}, [ANN], False),
    ],
)
def test_who_may_load(
    env: dict[str, str],
    lines: list[tuple[str, str]],
    may: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told(monkeypatch, env)
    found = visitor.visitor(sent(*lines))
    assert found is not None
    assert found.may_load is may
    assert found.sight == WHOLE


@pytest.mark.parametrize("lines", [[], [ANN, BOB], [("X-Forwarded-User", " ")], [("Remote", "a")]])
def test_by_header_who_is_not_said_to_be_somebody_is_not_let_in(
    lines: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    told(monkeypatch, BY_HEADER)
    assert visitor.visitor(sent(*lines)) is None
    assert visitor.known(sent(*lines)) is None


@pytest.mark.parametrize(
    ("name", "groups", "found"),
    [
        ("ANN@example.com", "north", ("admin", Sight())),
        ("bob@example.com", "marketing", ("analyst", Sight())),
        ("bob@example.com", "", None),  # no row is about him
        ("bob@example.com", "north, marketing", ("analyst", Sight(NORTH))),  # the first one counts
        ("lan@example.com", "", ("viewer", Sight(NORTH, contacts=False))),
        ("minh@example.com", "North", ("viewer", Sight(NORTH, contacts=False))),
        ("minh@example.com", "", None),
        ("minh@evil-example.com", "north", None),
        ("minh@example.com.evil.com", "north", None),
        ("minh", "marketing", ("analyst", Sight())),
        ("example.com", "north", None),
        ("group:marketing", "", None),
        ("@example.com", "", None),
    ],
)
def test_the_rules_say_who_sees_what(
    name: str,
    groups: str,
    found: tuple[Role, Sight] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told(monkeypatch, {**BY_HEADER, "PHEU_ACCESS": rules(tmp_path, RULES)})
    told(monkeypatch, {"PHEU_GROUPS_HEADER": "Remote-Groups"})
    headers = sent(("X-Forwarded-User", name), ("Remote-Groups", groups))
    asked = visitor.visitor(headers)
    assert asked == (found and Visitor(name.casefold(), *found))
    assert visitor.known(headers) is not None


def test_no_groups_are_believed_that_no_proxy_was_said_to_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(monkeypatch, {**BY_HEADER, "PHEU_ACCESS": rules(tmp_path, RULES)})
    user = ("X-Forwarded-User", "minh")
    for name in ("X-Forwarded-Groups", "Remote-Groups", "PHEU_GROUPS_HEADER", ""):
        assert visitor.visitor(sent(user, (name, "marketing"))) is None


def test_a_changed_rule_holds_at_once_and_a_broken_one_lets_nobody_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(monkeypatch, {**BY_HEADER, "PHEU_ACCESS": rules(tmp_path, RULES)})
    asked = visitor.visitor(sent(ANN))
    assert asked is not None
    assert asked.may_load
    rules(tmp_path, '[roles]\nviewer = ["ann@example.com"]')
    assert visitor.visitor(sent(ANN)) == Visitor("ann@example.com", "viewer", WHOLE)
    rules(tmp_path, "[roles]\nviewer = ['ann@example.com'")
    with pytest.raises(AccessError):
        visitor.visitor(sent(ANN))
    (tmp_path / "access.toml").unlink()
    with pytest.raises(AccessError):
        visitor.visitor(sent(ANN))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "roles"),
        ("[roles]\nboss = []", "roles.boss"),
        ('[roles]\nadmin = "ann"', "roles.admin"),
        ('[roles]\nadmin = ["@"]', "roles.admin"),
        ('contacts = "nobody"\n[roles]', "contacts"),
        ("[roles]\n[[rows]]\nregion = ['North']", "rows[0]"),
        ("[roles]\n[[rows]]\nwho = ['a']\nregion = 'North'", "rows[0].region"),
        ("[roles]\n[claims]\nmail = 'upn'", "claims.mail"),
        ("[roles]\n[claims.google]\nmail = 'upn'", "claims.google.mail"),
        ("[roles]\n[claims.google]\nonly = ['example.com']", "claims.google.only"),
        ("[roles]\nadmin = ['claim:role']", "roles.admin"),
        ("[roles]\nadmin = ['claim:=boss']", "roles.admin"),
        ("[roles]\n[[rows]]\nwho = ['a']\nteam = { group = 'x' }", "rows[0].team.group"),
        ("[roles]\n[[rows]]\nwho = ['a']\nteam = {}", "rows[0].team"),
    ],
)
def test_a_rule_that_is_not_understood_is_named(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(monkeypatch, {**BY_HEADER, "PHEU_ACCESS": rules(tmp_path, text)})
    with pytest.raises(AccessError) as error:
        visitor.require("localhost")
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("env", "address", "starts"),
    [
        ({}, "localhost", True),
        ({}, "127.0.0.1", True),
        ({}, "::1", True),
        ({}, "unix:///run/pheu", True),
        ({}, None, False),
        ({}, "0.0.0.0", False),
        ({}, "::", False),
        ({}, "192.0.2.7", False),
        ({}, "pheu.example.com", False),
        ({}, "localhost.example.com", False),
        ({"PHEU_OPEN": "1"}, "0.0.0.0", True),
        ({"PHEU_OPEN": "0"}, "0.0.0.0", False),
        ({"PHEU_OPEN": "maybe"}, "0.0.0.0", False),
        ({"PHEU_LOADERS": "ann"}, "0.0.0.0", False),  # that lets everybody look
        ({"PHEU_READ_ONLY": "1"}, "0.0.0.0", False),
        (BY_HEADER, "0.0.0.0", True),
    ],
)
def test_beyond_this_machine_it_starts_only_where_people_sign_in(
    env: dict[str, str], address: str | None, starts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(monkeypatch, env)
    if starts:
        visitor.require(address)
    else:
        with pytest.raises(AccessError, match="PHEU_OPEN=1"):
            visitor.require(address)


@pytest.mark.parametrize("variable", ["PHEU_ACCESS", "PHEU_USER_HEADER"])
@pytest.mark.parametrize("text", ["", " "])
@pytest.mark.parametrize("address", ["localhost", "0.0.0.0"])
def test_a_variable_that_is_there_and_empty_is_not_taken_for_one_that_is_not(
    variable: str, text: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(monkeypatch, {"PHEU_OPEN": "1", **BY_HEADER, variable: text})
    with pytest.raises(AccessError, match=f"{variable} is empty"):
        visitor.require(address)


def test_nobody_is_let_in_by_rules_that_are_named_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, {**BY_HEADER, "PHEU_ACCESS": ""})
    with pytest.raises(AccessError, match="PHEU_ACCESS is empty"):
        visitor.visitor(sent(ANN))


def test_it_does_not_start_where_it_is_told_two_things(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(monkeypatch, {"PHEU_ACCESS": rules(tmp_path, RULES)})
    with pytest.raises(AccessError, match="nobody signs in"):
        visitor.require("localhost")
    told(monkeypatch, {**BY_HEADER, **NAMED})
    with pytest.raises(AccessError, match="PHEU_LOADERS"):
        visitor.require("localhost")


@pytest.mark.parametrize("rule", ["admin = ['claim:a=b']", "[[rows]]\nwho=['x']\nteam={claim='a'}"])
def test_a_proxy_claims_nothing(rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, {**BY_HEADER, "PHEU_ACCESS": rules(tmp_path, f"[roles]\n{rule}")})
    with pytest.raises(AccessError, match="claims"):
        visitor.require("localhost")


def test_what_is_said_of_a_provider_that_there_is_not_lets_nobody_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "_auth", lambda: {"google": {}, "partner": {}})
    text = "[roles]\nviewer = ['@example.com']\n[claims.{}]\nonly = ['@partner.example.com']"
    told(monkeypatch, {"PHEU_ACCESS": rules(tmp_path, text.format("partner"))})
    assert visitor.visitor(sent()) is None
    told(monkeypatch, {"PHEU_ACCESS": rules(tmp_path, text.format("partners"))})
    with pytest.raises(AccessError, match=r"claims\.partners.* google, partner"):
        visitor.visitor(sent())


def rules(folder: Path, text: str) -> str:
    (folder / "access.toml").write_text(text, encoding="utf-8")
    return str(folder / "access.toml")


def told(monkeypatch: pytest.MonkeyPatch, env: dict[str, str]) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
