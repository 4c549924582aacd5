"""The gate: what every request passes. It sends security headers and keeps two addresses shut."""

import base64
import hashlib
import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import loaders

_METRICS = "/_stcore/metrics"
_UPLOAD = "/_stcore/upload_file/"
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
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        refused = _refused(scope)
        await (refused or self._app)(scope, receive, sent)


def _refused(scope: Scope) -> PlainTextResponse | None:
    """The answer to a request that is not passed on."""
    if scope["path"].endswith(_METRICS):
        return PlainTextResponse("not found\n", status_code=404)
    if (
        _UPLOAD in scope["path"]
        and scope["method"] not in ("OPTIONS", "DELETE")
        and not loaders.may_load(_Sent(scope=scope))
    ):
        return PlainTextResponse("loading is not for you\n", status_code=403)
    return None


class _Sent(Headers):
    """The headers of a request, read as Streamlit's are."""

    def get_all(self, key: str) -> list[str]:
        return self.getlist(key)


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
            "frame-ancestors 'self'",
        )
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
