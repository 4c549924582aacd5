"""Messages that no browser sends: a guest who writes to the server by hand gets no further."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2 as httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from analytics.view.view import View
from data import shares
from data.shares import Share
from data.state.database import State
from data.store import Store
from tests.support.patience import PATIENCE
from tests.support.serving import Server

SHARED = View(filters=(("source", ("facebook_ads",)),), lang="en")


@pytest.fixture(scope="module")
def token(server: Server) -> Iterator[str]:
    store = Store(server.log_file.parent / "store")
    yield shares.make(store, Share("definitions", SHARED.to_query()))
    State.of(store.root).close()


@contextmanager
def written_to(server: Server, origin: str | None = None) -> Iterator[ClientConnection]:
    address = f"{server.url.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(
        address,
        origin=None if origin is None else Origin(origin),
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        open_timeout=PATIENCE,
    ) as socket:
        yield socket


def told(
    socket: ClientConnection,
    server: Server,
    query: str,
    page: str,
    url: str = "",
    widgets: str = "",
) -> list[ForwardMsg]:
    """What the server sends for a run that is asked for by hand."""
    message = BackMsg()
    run = message.rerun_script
    run.query_string, run.page_name = query, page
    run.context_info.url, run.context_info.locale = f"{server.url}/{url or page}", "en"
    if widgets:
        state = run.widget_states.widgets.add()
        state.id, state.string_value = widgets, "all"
    socket.send(message.SerializeToString())
    found = []
    while True:
        sent = ForwardMsg()
        sent.ParseFromString(socket.recv(timeout=PATIENCE, decode=False))
        found.append(sent)
        if sent.WhichOneof("type") == "script_finished":
            return found


def text(messages: list[ForwardMsg]) -> str:
    return "\n".join(
        each.delta.new_element.markdown.body + each.delta.new_element.heading.body
        for each in messages
        if each.WhichOneof("type") == "delta"
    )


def address(messages: list[ForwardMsg]) -> str:
    """What the server has last written into the address bar."""
    written = [
        each.page_info_changed.query_string
        for each in messages
        if each.WhichOneof("type") == "page_info_changed"
    ]
    return written[-1] if written else ""


def test_no_message_leads_a_guest_to_another_page(server: Server, token: str) -> None:
    with written_to(server) as socket:
        asked = told(socket, server, f"share={token}&team=all", "definitions")
        assert "Everything is fixed." in text(asked)
        assert address(asked).partition("&lang")[0] == f"share={token}"
        for query, page, url in (
            (f"share={token}", "data", "data"),
            (f"share={token}", "data", "definitions"),  # and says that it is another
            ("", "leads", "leads"),  # without the token
            ("v=1&source=all&lang=en", "overview", ""),  # as if nothing was ever shared
            (f"share={token}", "to_do", "leads"),
        ):
            found = text(told(socket, server, query, page, url, "$$ID-0-source__en"))
            assert "This page is not shared" in found, (query, page)
            assert "Everything is fixed." in found


@pytest.mark.parametrize("name", ["share_token", "shared", "view", "generation", "page_that_runs"])
def test_no_message_says_what_the_session_keeps(server: Server, token: str, name: str) -> None:
    """Streamlit looks for what a session keeps among what widgets say, too."""
    with written_to(server) as socket:
        for page in ("definitions", "definitions", "leads"):
            asked = told(socket, server, f"share={token}", page, widgets=name)
            assert "Everything is fixed." in text(asked)
            assert ("This page is not shared" in text(asked)) is (page == "leads")


def test_a_session_of_another_token_that_is_none_has_nothing(server: Server, token: str) -> None:
    with written_to(server) as socket:
        assert "Everything is fixed." in text(told(socket, server, f"share={token}", "definitions"))
        found = text(told(socket, server, f"share={'A' * 22}", "definitions"))
        assert "fixed" not in found
        assert len(found.strip().splitlines()) == 2


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost.evil.example", "null"]
)
def test_a_page_of_another_site_is_not_talked_to(server: Server, origin: str) -> None:
    with pytest.raises(InvalidStatus, match="403"), written_to(server, origin):
        pass


def test_nor_does_it_bring_a_file_or_read_one(server: Server, token: str) -> None:
    headers = {"Origin": "https://evil.example"}
    at = f"{server.url}/_stcore/upload_file/session/file"
    with httpx.Client(headers=headers, timeout=PATIENCE) as browser:
        assert browser.put(at, files={"file": b"x"}).status_code == 403
        for path in ("/", f"/s/{token}", "/export/leads.csv", "/_stcore/host-config", "/healthz"):
            assert "access-control-allow-origin" not in browser.get(server.url + path).headers
