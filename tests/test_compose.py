"""The example with the image: its Caddy before two processes, whose state is in one database."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from time import monotonic, sleep

import httpx2 as httpx
import pytest

from data import shares
from data.shares import Share
from data.state.database import State
from data.store import Store
from tests.support.histories import store_of
from tests.support.markdown import ROOT, found
from tests.support.patience import PATIENCE
from tests.support.serving import free_port, serving

COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
HASH = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"
"""Of the password below, by bcrypt at the lowest cost."""
RULES = """
[roles]
admin = ["ann"]
viewer = ["team"]

[[rows]]
who = ["team"]
team = ["A"]
"""
TEAM = ("team", "secret")

pytestmark = pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed")


@dataclass(frozen=True)
class Behind:
    """What stands behind Caddy, and where Caddy is."""

    url: str
    store: Store


def caddyfile() -> str:
    """What Caddy is told in the example."""
    text = found(r"    content: \|\n(.*)", COMPOSE)[1]
    # By its name of before, which both an older Caddy and a newer one know.
    return dedent(text).replace("$$", "$").replace("basic_auth", "basicauth")


def passed() -> dict[str, str]:
    """What the example sets for Pheu, and what it passes on where `.env` says it, as ''."""
    lines = found(r"    environment:\n(.*?)    #", COMPOSE)[1].splitlines()
    pairs = (line.strip().removeprefix("- ").partition("=") for line in lines)
    return {name: value for name, _is, value in pairs}


@contextmanager
def caddy(text: str, folder: Path, url: str, **env: str) -> Iterator[None]:
    (folder / "Caddyfile").write_text("{\n\tadmin off\n}\n" + text, encoding="utf-8")
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    homes = {"XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with (folder / "caddy.log").open("wb") as log:
        process = subprocess.Popen(command, env={**homes, **env}, stdout=log, stderr=log)
    try:
        deadline = monotonic() + PATIENCE
        while not _listens(url):
            assert process.poll() is None, (folder / "caddy.log").read_text(encoding="utf-8")
            assert monotonic() < deadline
            sleep(0.1)  # it is another process: there is nothing else to wait on
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _listens(url: str) -> bool:
    try:
        httpx.get(url, timeout=PATIENCE)
    except httpx.ConnectError:
        return False
    return True


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    folder = tmp_path_factory.mktemp("compose")
    leads = [
        {"lead_id": f"L{number}", "created_at": "2024-01-01", "team": "AB"[number % 2]}
        for number in range(10)
    ]
    store = store_of(folder / "store", leads)
    (folder / "access.toml").write_text(RULES, encoding="utf-8")
    env = {
        **{name: value for name, value in passed().items() if value},
        "PHEU_ACCESS": str(folder / "access.toml"),
        "PHEU_STATE_URL": f"sqlite:///{folder / 'state.sqlite'}",
    }
    assert env.keys() <= passed().keys()
    with ExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setenv(
            "PHEU_STATE_URL", env["PHEU_STATE_URL"]
        )
        inside = [
            stack.enter_context(serving(store.root, folder / f"{number}.log", port=0, **env))
            for number in range(2)
        ]
        to = " ".join(server.url.removeprefix("http://") for server in inside)
        text = caddyfile().replace("dynamic a pheu 8501", f"to {to}")
        assert to in text
        url = f"http://localhost:{free_port()}"
        names = {"PHEU_DOMAIN": url, "PHEU_USER": TEAM[0], "PHEU_PASSWORD_HASH": HASH}
        stack.enter_context(caddy(text, folder, url, **names))
        yield Behind(url, store)
        State.of(store.root).close()


@pytest.fixture
def clients(behind: Behind) -> Iterator[list[httpx.Client]]:
    """Somebody's browsers, of which each is led to another process."""
    led: dict[str, httpx.Client] = {}
    deadline = monotonic() + PATIENCE
    with ExitStack() as stack:
        while len(led) < 2:
            assert monotonic() < deadline
            client = httpx.Client(base_url=behind.url, auth=TEAM, timeout=PATIENCE)
            stack.enter_context(client).get("/healthz").raise_for_status()
            led[client.cookies["pheu_worker"]] = client
        yield list(led.values())


def leads_of(answer: httpx.Response) -> int:
    assert answer.status_code == 200, answer.text
    return len(answer.text.splitlines()) - 1


@pytest.mark.parametrize("path", ["/", "/healthz", "/export/leads.csv", "/s/token"])
def test_nobody_gets_past_it_without_the_password(behind: Behind, path: str) -> None:
    for auth in (None, ("team", "wrong")):
        headers = {"X-Forwarded-User": "ann"}
        refused = httpx.get(behind.url + path, auth=auth, headers=headers, timeout=PATIENCE)
        assert refused.status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Forwarded-User": "ann"},
        {"x-forwarded-user": "ann", "X-Forwarded-Groups": "admin"},
        {"X_Forwarded_User": "ann"},
        {"Connection": "X-Forwarded-User", "X-Forwarded-User": "ann"},
    ],
)
def test_who_signed_in_is_who_that_is_whatever_the_browser_says(
    clients: list[httpx.Client], headers: dict[str, str]
) -> None:
    for client in clients:
        assert leads_of(client.get("/export/leads.csv?v=2&period=all", headers=headers)) == 5
        assert client.put("/_stcore/upload_file/a/b", headers=headers).status_code == 403


def test_a_share_is_open_and_over_at_both_processes(
    behind: Behind, clients: list[httpx.Client]
) -> None:
    token = shares.make(behind.store, Share("leads", {"v": "1"}, lists=True))
    file = f"/export/leads.csv?share={token}"
    for client in clients:
        assert client.get(f"/s/{token}").headers["location"] == f"/leads?share={token}"
        assert leads_of(client.get(file)) == 10
    shares.revoke(behind.store, token)
    assert [client.get(file).status_code for client in clients] == [404, 404]


def test_what_env_says_of_access_and_of_the_state_is_passed_on() -> None:
    assert {name for name, value in passed().items() if not value} == {
        "PHEU_ACCESS",
        "PHEU_READ_ONLY",
        "PHEU_LOADERS",
        "PHEU_GUESTS",
        "PHEU_STATE_URL",
    }


def test_the_folder_of_the_rules_is_there_in_the_image() -> None:
    assert "PHEU_ACCESS=/etc/pheu/access.toml" in COMPOSE
    assert '"./access:/etc/pheu:ro"' in COMPOSE
