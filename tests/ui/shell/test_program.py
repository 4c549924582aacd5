"""The program of the browser: sent as it is kept, and named before it is needed."""

import asyncio
import gzip
import re
from typing import Any

import pytest

from ui import navigation, theme
from ui.shell import document, program
from ui.shell.program import Program

PASSED_ON = b"by Streamlit"
GZIP = (b"accept-encoding", b"br, gzip")


def answered(
    path: str, *lines: tuple[bytes, bytes], method: str = "GET", base: str = ""
) -> tuple[dict[str, str], bytes]:
    """The headers and the body of the answer to a request."""
    sent: list[Any] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": PASSED_ON})

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": list(lines)}
    asyncio.run(Program(app, base)(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return headers, sent[1]["body"]


def modules(page: str) -> list[str]:
    """The modules that the document of a page names."""
    return re.findall(r'rel="modulepreload" crossorigin href="\./([^"]+)"', document.document(page))


@pytest.mark.parametrize("page", ["", *navigation.PAGES[1:]])
def test_a_document_names_every_module_once_and_each_is_there(page: str) -> None:
    named = modules(page)
    assert len(named) == len(set(named))
    for file in named:
        headers, body = answered(f"/{file}", GZIP)
        assert headers["content-encoding"] == "gzip"
        assert gzip.decompress(body) == (program._STREAMLIT / file).read_bytes()


def test_what_draws_figures_is_named_last_and_only_where_they_come_first() -> None:
    assert "PlotlyChart" in modules("funnel")[-1]
    assert not any("PlotlyChart" in file for page in ("", "leads") for file in modules(page))


def test_a_module_stays_with_the_browser_for_good_and_a_typeface_for_a_week() -> None:
    headers, _body = answered(f"/{modules('')[0]}", GZIP)
    assert "immutable" in headers["cache-control"]
    headers, body = answered("/fonts/BeVietnamPro-Medium.ttf", GZIP)
    assert headers["cache-control"] == "public, max-age=604800"
    assert gzip.decompress(body) == (theme.FONTS / "BeVietnamPro-Medium.ttf").read_bytes()


def test_below_a_path_the_program_is_below_it_too() -> None:
    module = modules("")[0]
    assert answered(f"/pheu/{module}", GZIP, base="/pheu")[1] != PASSED_ON
    assert answered(f"/{module}", GZIP, base="/pheu")[1] == PASSED_ON


def test_what_it_cannot_send_it_passes_on() -> None:
    module = f"/{modules('')[0]}"
    assert answered(module)[1] == PASSED_ON
    assert answered(module, GZIP, method="HEAD")[1] == PASSED_ON
    assert answered(module, GZIP, (b"range", b"bytes=0-9"))[1] == PASSED_ON
    for path in ("/", "/funnel", "/static/js/../../manifest.json", "/fonts/../LICENSE"):
        assert answered(path, GZIP)[1] == PASSED_ON
