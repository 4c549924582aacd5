"""A store of which a part is shared, and what a guest by the share's token is given."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from streamlit.testing.v1 import AppTest

from analytics.funnel import leads
from analytics.scope import Scope
from analytics.view.view import View
from data import shares
from data.shares import Share
from data.sight import WHOLE
from data.store import Store
from tests.support.patience import PATIENCE
from ui.shell import exports

LEADS = [
    {
        "lead_id": f"L{number}",
        "created_at": f"2024-0{1 + number % 3}-10",
        "team": "AB"[number % 2],
        "source": ("seo", "email", "event")[number % 3],
        "name": f"Người {number}",
        "phone": f"090{number:07}",
        "email": f"nguoi{number}@example.com",
    }
    for number in range(24)
]
"""Half of team A. Those of the second month are L1, L4, L7 and so on."""

SHARED = View(
    period=None,
    first=date(2024, 2, 1),
    last=date(2024, 2, 29),
    filters=(("team", ("A",)),),
    excluded=(("source", ("event",)),),
)
COUNTED = {"L4", "L10", "L16", "L22"}


def session(page: str) -> None:
    """What the shell does, for a page that says nothing but what it was given."""
    import streamlit as st

    from data.errors import ShareEnded  # all of it is run by its own text
    from ui import guest, session

    try:
        session.enter()
    except ShareEnded:
        st.session_state["told"] = None
        st.stop()
    scope = session.hold(page)
    st.session_state["told"] = scope, guest.may_open(page), session.understood()
    st.session_state["file"] = guest.while_open(lambda: page)


def made(store: Store, view: View = SHARED, page: str = "funnel", **terms: Any) -> str:
    return shares.make(store, Share(page, view.to_query(), **terms))


def opened(token: str, page: str = "funnel", url: str = "", **query: str) -> AppTest:
    screen = AppTest.from_function(session, args=(page,), default_timeout=PATIENCE)
    screen.query_params.update({name.rstrip("_"): value for name, value in query.items()})
    if token:
        screen.query_params["share"] = token
    screen.context["url"] = url or f"http://localhost:8501/{page}"
    return screen.run()


def told(screen: AppTest) -> tuple[Scope, bool, bool]:
    assert not screen.exception, screen.exception
    found: tuple[Scope, bool, bool] = screen.session_state["told"]
    assert found is not None
    return found


def counted(scope: Scope) -> set[str]:
    """The leads that a scope counts, for somebody who sees them all."""
    whole = Scope(replace(scope.view, stage=None), scope.generation.seen(WHOLE))
    return set(leads.listing(whole).rows["lead_id"])


def answered(name: str, query: Mapping[str, str]) -> Response:
    (route,) = [each for each in exports.routes() if each.path == f"/export/{name}"]
    text = urlencode(query).encode()
    scope = {"type": "http", "method": "GET", "path": route.path, "headers": []}
    endpoint: Callable[[Request], Response] = route.endpoint
    return endpoint(Request({**scope, "query_string": text}))
