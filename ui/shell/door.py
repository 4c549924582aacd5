"""The door of shares: the short address leads to the page that is shared, with its token."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from analytics.shared import PARAMETER, Shared
from data.errors import StoreError
from ui import answers, navigation


def route(base: str = "") -> Route:
    """The route of `/s/` and a token, below a base path."""

    def door(request: Request) -> Response:
        token = request.path_params["token"]
        try:
            page = Shared.found(answers.store(), token).share.page
        except StoreError:  # the page that is drawn says so
            page = navigation.PAGES[0]
        at = "" if page == navigation.PAGES[0] else page
        address = f"{base}/{at}?{urlencode({PARAMETER: token})}"
        return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})

    return Route(f"{base}/s/{{token}}", door)
