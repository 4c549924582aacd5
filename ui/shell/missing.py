"""What is sent at an address that no page has: that there is none, and the way to the start page.

Streamlit would draw the start page, and say in English above it that the page does not exist.
"""

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ui.language import current
from ui.language.messages import _
from ui.shell import plain_page


class _Name(StringConvertor):
    """What a page could be called: no file, and nothing of the server's own."""

    regex = "(?!oauth2callback$)[A-Za-z0-9-][A-Za-z0-9_-]*"


def route(base: str = "") -> Route:
    """The route of every name below `base` that nothing else has: it stands after all others."""
    register_url_convertor("page_name", _Name())
    return Route(f"{base}/{{name:page_name}}", _missing)


def _missing(request: Request) -> Response:
    plain_page.speak(request)
    return plain_page.page(
        _("There is no such page"),
        _("Nothing is at “{address}”. Is it copied in full?", address=request.url.path),
        ways={_("Open the start page →"): f"./?lang={current.lang()}"},
        status=404,
    )
