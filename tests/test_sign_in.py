"""The sign-in at a real provider: who is let in, to what, and led to the page they asked for."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import httpx2 as httpx
import pytest

from data import audit
from data.store import Store
from tests.support.patience import PATIENCE
from tests.support.provider import CLAIMS, SEVERAL, signing_in
from tests.support.serving import Server

ASKED = "/funnel?v=2&by=team&source=facebook_ads&lang=en"
PAGE = {"Accept": "text/html", "Accept-Language": "en"}
DOCUMENT = "window.__streamlit"


@pytest.fixture(scope="module")
def server(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with signing_in(
        sample_store, tmp_path_factory.mktemp("signing-in"), SEVERAL, CLAIMS
    ) as running:
        yield running


def browser(server: Server) -> httpx.Client:
    return httpx.Client(base_url=server.url, headers=PAGE, follow_redirects=True, timeout=PATIENCE)


@contextmanager
def signed_in(
    server: Server, name: str, asked: str = ASKED, at: str = "Company"
) -> Iterator[tuple[httpx.Client, httpx.Response]]:
    """Somebody's browser after the sign-in at a provider, and what it shows then."""
    with browser(server) as client:
        way = re.search(rf'<a href="([^"]+)">Sign in with {at}', client.get(asked).text)
        assert way
        form = client.get(unescape(way[1]))
        yield client, client.post(form.url, data={"sub": name})


def test_nothing_is_sent_to_who_has_not_signed_in(server: Server) -> None:
    with browser(server) as client:
        page = client.get(ASKED)
        assert page.status_code == 401
        assert DOCUMENT not in page.text
        assert "Please sign in" in page.text
        for path in ("/", "/export/leads.csv", "/media/x.csv", "/_stcore/host-config", "/nowhere"):
            assert client.get(path).status_code == 401, path
        assert client.put("/_stcore/upload_file/a/b").status_code == 401
        for path in ("/healthz", "/_stcore/health", "/fonts/BeVietnamPro-Regular.ttf"):
            assert client.get(path).status_code == 200, path


def test_after_the_sign_in_stands_the_very_page_that_was_asked_for(server: Server) -> None:
    with signed_in(server, "ann") as (client, page):
        assert page.status_code == 200
        assert str(page.url) == server.url + ASKED
        assert DOCUMENT in page.text
        assert "pheu_asked" not in client.cookies


@pytest.mark.parametrize("name", ["eve", "bob"])
def test_who_is_not_named_is_not_let_in(server: Server, name: str) -> None:
    with signed_in(server, name) as (client, page):
        assert page.status_code in (401, 403)
        assert DOCUMENT not in page.text
        assert client.get("/export/leads.csv", headers={"Accept": "*/*"}).status_code == 401


def test_a_provider_says_who_somebody_is_of_its_own_people_alone(server: Server) -> None:
    with signed_in(server, "lan", at="Partner") as (client, page):
        assert page.status_code == 200
        assert client.get("/export/leads.csv", headers={"Accept": "*/*"}).status_code == 200
    with signed_in(server, "ann", at="Partner") as (client, page):
        assert page.status_code == 401
        assert client.get("/export/leads.csv", headers={"Accept": "*/*"}).status_code == 401


def test_a_provider_that_there_is_not_is_the_first_one(server: Server) -> None:
    with browser(server) as client:
        form = client.get("/auth/login", params={"next": ASKED, "at": "evil"})
        assert form.url.params["client_id"] == "pheu"


def test_who_is_of_what_the_provider_claims_sees_those_leads(server: Server) -> None:
    assert {row["Region"] for row in _leads(server, "hoa")} == {"Miền Nam"}


def test_a_file_has_the_leads_and_the_contacts_that_somebody_may_see(server: Server) -> None:
    whole = _leads(server, "mai")
    north = _leads(server, "lan")
    assert len(whole) > len(north) > 100
    assert any(row["Phone"] for row in whole)
    assert not any(row["Phone"] or row["Contact"] for row in north)
    assert {row["Lead id"] for row in north} < {row["Lead id"] for row in whole}


def _leads(server: Server, name: str) -> list[dict[str, str]]:
    with signed_in(server, name) as (client, _page):
        sent = client.get("/export/leads.csv?v=1&lang=en")
        assert sent.status_code == 200
        return list(csv.DictReader(sent.text.removeprefix("\ufeff").splitlines()))


def test_only_an_admin_uploads(server: Server) -> None:
    for name, status in (("mai", 403), ("lan", 403)):
        with signed_in(server, name) as (client, _page):
            assert client.put("/_stcore/upload_file/a/b").status_code == status
    with signed_in(server, "ann") as (client, _page):
        assert client.put("/_stcore/upload_file/a/b").text != "loading is not for you\n"


@pytest.mark.parametrize(
    "asked", ["//evil.example/", "https://evil.example/", "/\\evil.example", "evil.example"]
)
def test_no_link_leads_through_the_sign_in_elsewhere(server: Server, asked: str) -> None:
    with browser(server) as client:
        form = client.get("/auth/login", params={"next": asked})
        page = client.post(form.url, data={"sub": "ann"})
        assert page.url == f"{server.url}/"


def test_a_sign_in_that_is_refused_leads_back_to_the_way_in(server: Server) -> None:
    with browser(server) as client:
        form = client.get("/auth/login", params={"next": ASKED})
        page = client.post(form.url, data={"action": "deny"})
        assert page.status_code == 401
        assert DOCUMENT not in page.text


def test_a_cookie_that_was_changed_is_nobodys(server: Server) -> None:
    with signed_in(server, "ann") as (client, _page):
        good = client.cookies["_streamlit_user"]
    with browser(server) as client:
        for cookie, status in ((good, 200), (good[:-2], 401), (good.split(".")[0], 401)):
            sent = client.get("/", headers={"Cookie": f"_streamlit_user={cookie}"})
            assert sent.status_code == status


def test_no_name_and_no_address_is_in_the_log(server: Server) -> None:
    with signed_in(server, "lan", "/leads?owner=Nguyen+Thu+Huong") as (client, _page):
        client.get("/export/leads.csv?owner=Nguyen+Thu+Huong")
    for word in ("@", "Nguyen", "lan", "Miền"):
        assert word not in server.log.lower()


def test_the_audit_log_has_who_signed_in_and_who_was_refused(server: Server) -> None:
    with signed_in(server, "mai"), signed_in(server, "bob"), signed_in(server, "eve"):
        pass
    entries = audit.read(Store(server.log_file.parent / "store"), 2)
    assert [(entry.what, entry.who, entry.about) for entry in entries] == [
        ("refused", "bob@example.com", {}),  # of eve nothing is known
        ("signed in", "mai@example.com", {"role": "analyst"}),
    ]
