"""The gate: what every request passes, before it is asked who sends it.

It sends security headers, keeps two addresses shut, and answers at the names of the server only: a
page of another site could otherwise have its own name lead to this machine, and read along.
"""

import base64
import hashlib
import os
import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose
from streamlit import config
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from ui.access import identity, visitor

_METRICS, _AGENTS = "/_stcore/metrics", "/_stcore/agent/"
_OWN_NAMES = re.compile(r"(localhost|127(\.\d+){3}|\[::1\])(:\d+)?", re.IGNORECASE)
_HEALTH = ("/healthz", "/_stcore/health")  # asked from inside a container, and told to anybody
_SITE = re.compile(r"https?://[\w.*-]+(:\d+)?")
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class Gate:
    """The middleware before all others.

    `documents` are the documents that are served: the scripts written in them are the only ones
    that run beside those from the server's files.
    """

    def __init__(self, app: ASGIApp, documents: Iterable[str]) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": _policy(documents),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",  # links name people
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it."""
        if scope["type"] == "websocket":
            refused = WebSocketClose(code=1008) if _is_strange(scope) else None
            await (refused or self._app)(scope, receive, send)
        elif scope["type"] == "http":
            await (_refused(scope) or self._app)(scope, receive, self._with_headers(send))
        else:
            await self._app(scope, receive, send)

    def _with_headers(self, send: Send) -> Send:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        return sent


def _refused(scope: Scope) -> PlainTextResponse | None:
    """The answer to a request that is not passed on."""
    if scope["path"].endswith(_METRICS) or _AGENTS in scope["path"]:
        return PlainTextResponse("not found\n", status_code=404)
    if _is_strange(scope):
        return PlainTextResponse("Pheu is not at this address (docs/access.md)\n", status_code=403)
    return None


def _is_strange(scope: Scope) -> bool:
    """Whether a request came to an address or by a name at which the server is not to be found.

    Where nobody signs in, that is every one but this machine's own, unless it was told otherwise.
    """
    if scope["path"].endswith(_HEALTH):
        return False
    host = Headers(scope=scope).get("host", "")
    if config.get_option("server.allowedHosts"):
        return not is_host_allowed(host)
    if identity.way() != "open" or visitor.is_open_to_all():
        return False
    address, _port = scope.get("server") or (None, None)
    return not (visitor.is_local(address) and _OWN_NAMES.fullmatch(host))


def _policy(documents: Iterable[str]) -> str:
    """What a page may load and do: what comes from this server, and nothing else."""
    scripts = {script for document in documents for script in _INLINE.findall(document)}
    hashes = sorted(f"'sha256-{_digest(script)}'" for script in scripts)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {' '.join(hashes)}".rstrip(),
            "style-src 'self' 'unsafe-inline'",  # Streamlit's and Plotly's styles are made in pages
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors 'self' {_framing_sites()}".rstrip(),
        )
    )


def _framing_sites() -> str:
    """The sites that may show a page inside one of theirs: none, unless `PHEU_FRAMED_BY` says so.

    Raises:
        AccessError: it says something else.
    """
    sites = os.environ.get("PHEU_FRAMED_BY", "").split()
    for site in sites:
        if not _SITE.fullmatch(site):
            raise visitor.AccessError(f"PHEU_FRAMED_BY: {site} is not like https://example.com")
    return " ".join(sites)


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
