"""The sign-in: nothing but the way to it is sent to anybody who is not let in.

That is Streamlit's own (`st.login`), which forgets what was asked for: whoever has signed in is led
to the start page. So the address goes along in a cookie, and they are led on to it.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from urllib.parse import quote, unquote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose
from streamlit.auth_util import encode_provider_token

from data import audit
from ui import answers
from ui.access import identity, visitor
from ui.access.visitor import AccessError
from ui.language.messages import _
from ui.shell import door, plain_page

_LOGIN, _LOGOUT, _BACK = "/auth/login", "/auth/logout", "/oauth2callback"
_OPEN = ("/healthz", "/_stcore/health", _LOGIN, _LOGOUT, _BACK)
_OPEN_BELOW = ("/static/", "/fonts/")  # the program and the typeface: the same for everybody
_ASKED = "pheu_asked"
_LONGEST = 3_000  # of an address in a cookie; browsers drop those of more than 4,096 bytes
_MINUTES = 10


class Sent(Headers):
    """The headers of a request, read as Streamlit's are."""

    def get_all(self, key: str) -> Sequence[str]:
        """All that were sent by a name."""
        return self.getlist(key)


class SignIn:
    """The middleware that lets in who may come in; `base` is the path that Pheu is below."""

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        self._app, self._base = app, base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(self._base)
        if path in (_LOGIN, _BACK) and identity.way() == "openid":
            scope, send = self._signing_in(path, scope, send)
        elif path not in _OPEN and not path.startswith(_OPEN_BELOW):
            refused = await self._refused(path, scope)
            if refused is not None:
                await refused(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _refused(self, path: str, scope: Scope) -> ASGIApp | None:
        """The answer to a request that is not passed on."""
        headers = Sent(scope=scope)
        try:
            found = visitor.visitor(headers)
        except AccessError as error:
            logging.getLogger("pheu").error("Nobody is let in. %s", error)
            return _plain(scope, "nobody is let in for now\n", 503)
        if found is None:
            # Beside all other requests: it asks a database, which may take its time.
            if await run_in_threadpool(door.is_open, path, scope):
                return None
            is_page = scope["type"] == "http" and "text/html" in headers.get("accept", "")
            if is_page and scope["method"] == "GET":
                if identity.way() == "header" and (person := visitor.known(headers)) is not None:
                    await run_in_threadpool(_write_down_refused, person.name, date.today())
                return self._page(Request(scope))
            return _plain(scope, "sign in first\n", 401)
        is_upload = door.UPLOAD in path and scope["method"] not in ("OPTIONS", "DELETE")
        if is_upload and not found.may_load:
            return _plain(scope, "loading is not for you\n", 403)
        return None

    def _page(self, request: Request) -> Response:
        """What somebody reads who is not let in."""
        plain_page.speak(request)
        by_proxy = identity.way() == "header"
        if visitor.known(Sent(scope=request.scope)) is not None:
            return plain_page.page(
                _("You do not have access to this dashboard yet"),
                _("You are signed in. Ask whoever runs Pheu here for access."),
                ways={} if by_proxy else {_("Sign in as somebody else →"): self._base + _LOGOUT},
                status=403,
            )
        if by_proxy:
            return plain_page.page(
                _("Please sign in"),
                _("Open the dashboard at the address your company gave you."),
                ways={},
                status=401,
            )
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return plain_page.page(
            _("Please sign in"),
            _("You will then be taken to the page you asked for."),
            ways=dict(self._ways_in(asked)),
            status=401,
        )

    def _ways_in(self, asked: str) -> Iterator[tuple[str, str]]:
        """The ways to each provider and then to an address, by what they are called."""
        providers = identity.providers()
        for provider in providers:
            query = urlencode({"next": asked, "at": provider})
            named = _("Sign in with {provider} →", provider=provider.capitalize())
            called = named if len(providers) > 1 else _("Sign in →")
            yield called, f"{self._base}{_LOGIN}?{query}"

    def _signing_in(self, path: str, scope: Scope, send: Send) -> tuple[Scope, Send]:
        """A step of the sign-in: the address asked for is kept before it, and led to after it."""
        connection = HTTPConnection(scope)
        if path == _LOGIN:
            asked = connection.query_params.get("next", "")
            first, *_others = identity.providers()
            at = connection.query_params.get("at", "")
            provider = at if at in identity.providers() else first
            query = urlencode({"provider": encode_provider_token(provider)})
            return {**scope, "query_string": query.encode()}, self._keeping(asked, send)
        return scope, self._leading_to(unquote(connection.cookies.get(_ASKED, "")), send)

    def _keeping(self, asked: str, send: Send) -> Send:
        kept = asked if len(quote(asked)) <= _LONGEST else asked.partition("?")[0]
        return self._with_cookie(kept, _MINUTES * 60, send)

    def _leading_to(self, asked: str, send: Send) -> Send:
        forgetting = self._with_cookie("", 0, send)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                cookies = [each.partition(";")[0] for each in headers.getlist("set-cookie")]
                signed_in = Sent(raw=[(b"cookie", "; ".join(cookies).encode("latin-1"))])
                if visitor.known(signed_in) is not None:
                    await run_in_threadpool(_write_down, signed_in)
                    if self._is_ours(asked):
                        headers["location"] = asked
            await forgetting(message)

        return sent

    def _with_cookie(self, asked: str, seconds: int, send: Send) -> Send:
        """Has the browser keep what was asked for so long, with the next answer."""
        response = Response()
        response.set_cookie(
            _ASKED,
            quote(asked),
            max_age=seconds,
            path=f"{self._base}/",
            httponly=True,
            samesite="lax",
        )

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie = response.headers["set-cookie"]
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        return sent

    def _is_ours(self, asked: str) -> bool:
        """Whether an address is one of this server: no link leads through the sign-in elsewhere."""
        return (
            asked.startswith(f"{self._base}/")
            and not asked.startswith("//")
            and asked.isascii()
            and asked.isprintable()
            and "\\" not in asked
        )


def _write_down(signed_in: Sent) -> None:
    """Has the audit log say who came from the provider, and whether they were let in."""
    person, found = visitor.known(signed_in), visitor.visitor(signed_in)
    name = person.name if person else ""
    if found is None:
        audit.write(answers.store(), "refused", name)
    else:
        audit.write(answers.store(), "signed in", name, role=found.role)


@lru_cache(maxsize=1_000)
def _write_down_refused(name: str, _day: date) -> None:
    """Has the audit log say that somebody was refused whom a proxy had let in.

    Once a day: they may ask again and again, and never have signed in here.
    """
    audit.write(answers.store(), "refused", name)


def _plain(scope: Scope, text: str, status: int) -> ASGIApp:
    """The same said to a program; a websocket is told nothing."""
    if scope["type"] == "websocket":
        return WebSocketClose(code=1008)
    return PlainTextResponse(text, status_code=status)
