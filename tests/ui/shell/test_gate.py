"""The gate: what it keeps shut, and for whom."""

import asyncio
from typing import Any

import pytest

from ui.shell import document
from ui.shell.gate import Gate

UPLOAD = "/_stcore/upload_file/session/file"


def passed(method: str, path: str, *lines: tuple[bytes, bytes]) -> tuple[int, dict[str, str]]:
    """The status of an answer, which is 200 where the request was passed on, and its headers."""
    answers: list[Any] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        answers.append(message)

    gate = Gate(app, documents=[document.document()])
    scope = {"type": "http", "method": method, "path": path, "headers": list(lines)}
    asyncio.run(gate(scope, receive, send))
    start = answers[0]
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
