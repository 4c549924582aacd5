"""The door of shares: the short address leads to the page that is shared, with its token.

Where people sign in, so do guests, unless `PHEU_GUESTS=1` lets in whoever has a token: then a
cookie lets the browser in, to what is shared alone. It says nothing of somebody who has signed in.
"""

from contextlib import suppress
from urllib.parse import urlencode

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from analytics.shared import PARAMETER, Shared
from data.errors import StoreError
from data.shares import BELOW
from ui import answers, guest, navigation

UPLOAD = "/_stcore/upload_file/"
"""The path that Streamlit takes files below."""


def route(base: str = "") -> Route:
    """The route of `/s/` and a token, below a base path."""

    def door(request: Request) -> Response:
        token, found = request.path_params["token"], None
        with suppress(StoreError):  # the page that is drawn says so
            found = Shared.found(answers.store(), token)
        page = found.share.page if found else navigation.PAGES[0]
        at = navigation.path(page)
        address = f"{base}/{at}?{urlencode({PARAMETER: token})}"
        answer = RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
        if found is not None:  # else what the browser has open stays open
            answer.set_cookie(
                guest.COOKIE,
                token,
                path=f"{base}/",
                secure=request.url.scheme == "https",
                httponly=True,
                samesite="lax",
            )
        return answer

    return Route(f"{base}{BELOW}{{token}}", door)


def is_open(path: str, scope: Scope) -> bool:
    """Whether a request is let in without a sign-in: by a short address, or as a guest.

    That is one from a browser that has opened what is still shared. It brings no files.
    """
    if not guest.need_no_sign_in() or UPLOAD in path:
        return False
    if scope["type"] == "http" and path.startswith(BELOW):
        return True
    token = HTTPConnection(scope).cookies.get(guest.COOKIE)
    if token is None:
        return False
    try:
        Shared.found(answers.store(), token)
    except StoreError:
        return False
    return True
