"""A real OpenID provider on this machine, and a server of the product that it lets people into."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from tests.support.patience import PATIENCE
from tests.support.serving import Server, free_port, serving

RULES = """
contacts = "analyst"

[roles]
admin = ["ann@example.com"]
analyst = ["group:marketing"]
viewer = ["@north.example.com", "group:sales", "claim:department=Field sales"]

[[rows]]
who = ["@north.example.com"]
region = ["Miền Bắc"]

[[rows]]
who = ["claim:department=Field sales"]
region = { claim = "regions" }

[[rows]]
who = ["group:marketing"]
"""
"""Rules for the people below."""

SECRETS = """
[auth]
redirect_uri = "{at}/oauth2callback"
cookie_secret = "{key}"
client_id = "pheu"
client_secret = "secret"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""

SEVERAL = """
[auth]
redirect_uri = "{at}/oauth2callback"
cookie_secret = "{key}"

[auth.company]
client_id = "pheu"
client_secret = "secret"
server_metadata_url = "{provider}/.well-known/openid-configuration"

[auth.partner]
client_id = "pheu-too"
client_secret = "secret"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""
"""Of two providers, each of whom knows the PEOPLE."""

CLAIMS = """
[claims.partner]
only = ["@north.example.com"]
"""
"""Rules for the second of them."""

PEOPLE: Mapping[str, Mapping[str, Any]] = {
    "ann": {"email": "Ann@example.com", "email_verified": True},
    "mai": {"email": "mai@example.com", "email_verified": True, "groups": ["Marketing"]},
    "lan": {"email": "lan@north.example.com", "email_verified": True},
    "eve": {"email": "ann@example.com", "email_verified": False},
    "bob": {"email": "bob@example.com", "email_verified": True},
    "hoa": {
        "email": "hoa@example.com",
        "email_verified": True,
        "department": "Field Sales",
        "regions": ["Miền Nam"],
    },
}
"""Whom the provider knows: an admin, an analyst, a viewer of the north, somebody who says that they
are the admin, somebody of whom no rule says anything, and a viewer of what is claimed of them."""


@contextmanager
def provider() -> Iterator[str]:
    """The address of the provider, as long as it runs."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    for name, claims in PEOPLE.items():
        command += ["--user-claims", json.dumps({"sub": name, **claims})]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{url}/.well-known/openid-configuration")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


@contextmanager
def signing_in(
    store: Path, folder: Path, secrets: str = SECRETS, claims: str = ""
) -> Iterator[Server]:
    """A server over a copy of a store, to which the PEOPLE of a provider sign in, by the RULES."""
    shutil.copytree(store, folder / "store")
    (folder / "access.toml").write_text(RULES + claims, encoding="utf-8")
    port = free_port()
    with provider() as url:
        (folder / "secrets.toml").write_text(
            secrets.format(at=f"http://localhost:{port}", key=token_hex(32), provider=url),
            encoding="utf-8",
        )
        told = ("--secrets.files", str(folder / "secrets.toml"))
        rules = {"PHEU_ACCESS": str(folder / "access.toml")}
        with serving(folder / "store", folder / "log", *told, port=port, **rules) as server:
            yield server


def _wait(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urlopen(url, timeout=PATIENCE):
                return
        except (URLError, TimeoutError):
            time.sleep(0.1)  # it is another process: there is nothing else to wait on
    raise RuntimeError(f"The provider did not answer within {PATIENCE} s")
