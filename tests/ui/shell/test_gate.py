"""The gate and the sign-in behind it: what they keep shut, and for whom."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from streamlit import config

from data import audit, shares
from data.state.database import State
from tests.support.histories import store_of
from ui import answers, guest
from ui.access.visitor import AccessError
from ui.shell import document, sign_in
from ui.shell.gate import Gate
from ui.shell.sign_in import SignIn

UPLOAD = "/_stcore/upload_file/session/file"


def passed(
    method: str,
    path: str,
    *lines: tuple[bytes, bytes],
    host: bytes = b"localhost:8501",
    server: Any = ("127.0.0.1", 8501),
    kind: str = "http",
) -> tuple[int, dict[str, str]]:
    """The status of an answer, which is 200 where the request was passed on, and its headers.

    A websocket that is closed before it is opened is answered with 403.
    """
    answers: list[Any] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        answers.append(message)

    gate = Gate(SignIn(app), documents=[document.document()])
    headers = [(b"host", host), (b"accept", b"text/html"), *lines]
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "query_string": b"lang=en",
        "server": server,
        "headers": headers,
    }
    asyncio.run(gate(scope, receive, send))
    start = answers[0]
    if start["type"] == "websocket.close":
        return 403, {}
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}


def test_an_upload_is_taken_from_loaders_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert passed("PUT", UPLOAD)[0] == 200
    monkeypatch.setenv("PHEU_LOADERS", "ann")
    assert passed("PUT", UPLOAD)[0] == 403
    assert passed("PUT", f"/pheu{UPLOAD}")[0] == 403
    assert passed("POST", UPLOAD, (b"x-forwarded-user", b"bob"))[0] == 403
    assert passed("PUT", UPLOAD, (b"x-forwarded-user", b"ann"))[0] == 200
    assert passed("GET", "/funnel")[0] == 200
    monkeypatch.setenv("PHEU_READ_ONLY", "1")
    assert passed("PUT", UPLOAD, (b"x-forwarded-user", b"ann"))[0] == 403


def test_metrics_are_shut_below_a_path_too() -> None:
    for path in ("/_stcore/metrics", "/pheu/_stcore/metrics"):
        assert passed("GET", path)[0] == 404


def test_what_is_refused_has_the_headers_too() -> None:
    for path in ("/_stcore/metrics", "/"):
        assert passed("GET", path)[1]["x-content-type-options"] == "nosniff"


def test_the_scripts_of_the_document_run_and_no_others() -> None:
    policy = passed("GET", "/")[1]["content-security-policy"]
    scripts = document.document().count("<script>")
    assert policy.count("'sha256-") == scripts > 0


@pytest.mark.parametrize(
    ("host", "server", "env", "status"),
    [
        (b"localhost", ("127.0.0.1", 8501), {}, 200),
        (b"127.0.0.1:8501", ("127.0.0.1", 8501), {}, 200),
        (b"[::1]:8501", ("::1", 8501), {}, 200),
        (b"evil.example", ("127.0.0.1", 8501), {}, 403),  # whose name leads to this machine
        (b"localhost.evil.example", ("127.0.0.1", 8501), {}, 403),
        (b"", ("127.0.0.1", 8501), {}, 403),
        (b"localhost", ("192.0.2.7", 8501), {}, 403),  # as by uvicorn --host 0.0.0.0
        (b"localhost", None, {}, 403),
        (b"evil.example", ("192.0.2.7", 8501), {"PHEU_OPEN": "1"}, 200),
        (b"pheu.example.com", ("192.0.2.7", 8501), {"PHEU_USER_HEADER": "Remote-User"}, 200),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_where_nobody_signs_in_it_answers_on_this_machine_alone(
    host: bytes,
    server: Any,
    env: dict[str, str],
    status: int,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    user = (b"remote-user", b"ann")
    path = "/_stcore/stream" if kind == "websocket" else "/funnel"
    assert passed("GET", path, user, host=host, server=server, kind=kind)[0] == status


def test_the_names_of_the_server_are_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    told, names = config.get_option, {"server.allowedHosts": ["pheu.example.com"]}
    monkeypatch.setattr(config, "get_option", lambda name: names.get(name, told(name)))
    monkeypatch.setenv("PHEU_OPEN", "1")
    assert passed("GET", "/", host=b"pheu.example.com:443")[0] == 200
    assert passed("GET", "/", host=b"evil.example")[0] == 403
    assert passed("GET", "/healthz", host=b"evil.example")[0] == 200


@pytest.mark.parametrize("path", ["/", "/funnel", "/export/leads.csv", "/media/1.csv", "/s/token"])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_nothing_is_passed_on_from_who_is_not_let_in(
    path: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHEU_USER_HEADER", "Remote-User")
    assert passed("GET", path, kind=kind)[0] in (401, 403)
    assert passed("GET", path, (b"remote-user", b"ann"), kind=kind)[0] == 200
    twice = ((b"remote-user", b"ann"), (b"remote-user", b"eve"))
    assert passed("GET", path, *twice, kind=kind)[0] in (401, 403)


def test_guests_are_let_in_where_the_server_is_told_so_and_only_by_what_is_shared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = store_of(tmp_path / "store", [{"lead_id": "L1", "created_at": "2024-01-01"}])
    monkeypatch.setenv("PHEU_STORE", str(store.root))
    monkeypatch.setenv("PHEU_USER_HEADER", "Remote-User")
    answers.store.cache_clear()
    token = shares.make(store, shares.Share("funnel", {"v": "1"}))
    cookie = (b"cookie", f"{guest.COOKIE}={token}".encode())
    strange = (b"cookie", f"{guest.COOKIE}={'A' * 22}".encode())
    assert passed("GET", f"/s/{token}")[0] in (401, 403)
    assert passed("GET", "/funnel", cookie)[0] in (401, 403)
    monkeypatch.setenv("PHEU_GUESTS", "1")
    assert passed("GET", f"/s/{token}")[0] == 200
    for path, kind in (("/funnel", "http"), ("/_stcore/stream", "websocket")):
        assert passed("GET", path, cookie, kind=kind)[0] == 200
        for other in ((), (strange,)):
            assert passed("GET", path, *other, kind=kind)[0] in (401, 403)
    for method in ("PUT", "OPTIONS", "DELETE"):
        assert passed(method, "/_stcore/upload_file/a/b", cookie)[0] in (401, 403)
    shares.revoke(store, token)
    assert passed("GET", "/funnel", cookie)[0] in (401, 403)
    State.of(store.root).close()
    answers.store.cache_clear()


def test_whom_a_proxy_lets_in_and_no_rule_is_in_the_log_once_a_day(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refused: list[str] = []
    (tmp_path / "access.toml").write_text("[roles]\nviewer = ['ann']", encoding="utf-8")
    monkeypatch.setenv("PHEU_USER_HEADER", "Remote-User")
    monkeypatch.setenv("PHEU_ACCESS", str(tmp_path / "access.toml"))
    sign_in._write_down_refused.cache_clear()
    monkeypatch.setattr(audit, "write", lambda _store, what, who: refused.append(f"{what} {who}"))
    for name, status in ((b"ann", 200), (b"eve", 403), (b"eve", 403), (b"", 401), (b"bob", 403)):
        assert passed("GET", "/", (b"remote-user", name))[0] == status
    assert refused == ["refused eve", "refused bob"]


def test_nobody_is_let_in_while_the_rules_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHEU_USER_HEADER", "Remote-User")
    monkeypatch.setenv("PHEU_ACCESS", "/nowhere/access.toml")
    assert passed("GET", "/funnel", (b"remote-user", b"ann"))[0] == 503
    assert passed("GET", "/_stcore/stream", (b"remote-user", b"ann"), kind="websocket")[0] == 403


def test_programs_that_drive_a_page_find_no_door() -> None:
    """Streamlit's interface for them knows nobody, and so is off here, and shut besides."""
    assert config.get_option("server.enableAgentApi") is False
    for path in ("interact", "mcp", "openapi.json"):
        assert passed("POST", f"/_stcore/agent/{path}")[0] == 404
        assert passed("POST", f"/pheu/_stcore/agent/{path}")[0] == 404


def test_who_may_show_a_page_inside_theirs_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    def framed_by() -> str:
        policy = passed("GET", "/")[1]["content-security-policy"]
        return policy.rpartition("frame-ancestors ")[2]

    assert framed_by() == "'self'"
    monkeypatch.setenv("PHEU_FRAMED_BY", "https://intra.example.com https://*.example.org:8443")
    assert framed_by() == "'self' https://intra.example.com https://*.example.org:8443"
    for wrong in ("*", "example.com", "https://example.com;", "https://example.com/x"):
        monkeypatch.setenv("PHEU_FRAMED_BY", wrong)
        with pytest.raises(AccessError, match="PHEU_FRAMED_BY"):
            framed_by()
