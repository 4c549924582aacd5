"""Who somebody is by the cookie of their sign-in: at which provider, and what it claims of them."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from streamlit.runtime.secrets import AttrDict
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from tests.support.headers import sent
from ui.access import identity
from ui.access.identity import AllClaims, Claims, Identity

KEY = "of thirty-two bytes, or somewhat more"
AT = "https://pheu.example.com"
ONE = {"redirect_uri": f"{AT}/oauth2callback", "client_id": "x", "client_kwargs": {"scope": "a"}}
TWO = {"redirect_uri": f"{AT}/oauth2callback", "google": {"client_id": "x"}, "own": {}}
ANN = {"email": "Ann@example.com", "email_verified": True}


@pytest.fixture(params=[ONE, TWO])
def secrets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
    told: Mapping[str, Any] = request.param
    monkeypatch.setattr("streamlit.auth_util.get_secrets_auth_section", lambda: AttrDict(told))
    monkeypatch.setattr(identity, "_auth", lambda: AttrDict(told))
    monkeypatch.setattr("streamlit.web.server.server_util.get_cookie_secret", lambda: KEY)
    return told


def found(provider: str | None, asked: AllClaims | None = None, **more: Any) -> Identity | None:
    told = {**ANN, "origin": AT, "is_logged_in": True, "provider": provider, **more}
    cookie = create_signed_value(KEY, "_streamlit_user", json.dumps(told)).decode()
    return identity.identity(sent(("Cookie", f"_streamlit_user={cookie}")), asked or AllClaims())


def test_the_providers_are_those_of_the_secrets(secrets: Mapping[str, Any]) -> None:
    known = ("default",) if secrets is ONE else ("google", "own")
    assert identity.providers() == known
    for provider in ("default", "google", "own", "gone", "client_kwargs", "redirect_uri", None):
        person = found(provider)
        assert (person is not None) is (provider in known)
        assert person is None or person.name == "ann@example.com"


@pytest.mark.usefixtures("secrets")
def test_what_is_claimed_is_texts_and_lists_of_them() -> None:
    provider = identity.providers()[-1]
    person = found(provider, teams=["A", 7, None, "B"], department="Sales", groups="Ops", age=7)
    assert person is not None
    assert (person.claimed("teams"), person.claimed("department")) == (("A", "B"), ("Sales",))
    assert not person.claimed("age")
    assert person.groups == {"ops"}


@pytest.mark.usefixtures("secrets")
def test_a_provider_is_believed_of_its_domains_alone() -> None:
    provider = identity.providers()[-1]
    for only, is_known in ((None, True), ({"@example.com"}, True), ({"@other.com"}, False)):
        claims = Claims(only=None if only is None else frozenset(only))
        person = found(provider, AllClaims(of_one={provider: claims}))
        assert (person is not None) is is_known
    assert found(provider, AllClaims(Claims(only=frozenset()))) is None
