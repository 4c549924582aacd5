"""The door: the ASGI app that `streamlit run app.py` and `uvicorn app:app` serve.

Every address goes through `ui/shell/shell.py`, also a deep link that is the first hit of a process.
`/healthz` answers `ok` when a page can be drawn; `/export` writes the files of long lists; `/s`
leads to what is shared; `/fonts` serves the product's typeface.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from streamlit import config
from streamlit.url_util import make_url_path

from analytics.funnel.funnel import funnel
from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.view import View
from data import scratch
from data.errors import StateOfAnother, StoreEmpty, StoreError
from data.shares import BELOW
from data.state import database
from ui import answers, charts, navigation, theme
from ui.access import visitor
from ui.overview import ahead
from ui.shell import document, door, exports, memory, missing, program, saved
from ui.shell.gate import Gate
from ui.shell.limit import Limit
from ui.shell.sign_in import SignIn

_HERE = Path(__file__).resolve().parent


def healthz(_request: Request) -> PlainTextResponse:
    """Whether a page can be drawn: 200 `ok`, else 503 with the reason, which names no path."""
    try:
        leads = _count_leads()
    except StoreEmpty:
        return PlainTextResponse("nothing has been loaded yet\n", status_code=503)
    except StoreError:
        return PlainTextResponse("the store cannot be read\n", status_code=503)
    if not leads:
        return PlainTextResponse("there is not one lead in the store\n", status_code=503)
    return PlainTextResponse("ok")


def _count_leads() -> int:
    """The leads that entered, as every page begins: read from the store, not from what is kept."""
    generation, view, _lost = vocabulary.opened(View(), answers.store())
    return int(funnel(Scope(view, generation)).rows["reached"].iat[0])


def _addressed() -> tuple[str, ...]:
    try:
        loaded = answers.store().current() is not None
    except StoreError:  # the page will say what is wrong
        loaded = True
    return navigation.addressed(loaded=loaded)


def _warm_up() -> None:
    """Does once what the first visitor would wait for; a missing store is no reason to stop."""
    charts.base(theme.LIGHT, 100).to_json()
    with suppress(StoreError):
        _count_leads()
    memory.collect_less()


def _say_failure(error: Exception) -> bool:
    """Shows what went wrong in the product's own words; the log has the rest."""
    from ui.page import instead

    instead.failed(error)
    return True


def _fonts_below(base: str) -> None:
    """Tells the browser where the typeface is; the settings know no base path."""
    faces = config.get_option("theme.fontFaces")
    below = [{**each, "url": base + each["url"]} for each in faces]
    config.set_option("theme.fontFaces", below)


@asynccontextmanager
async def _lifespan(_app: st.App) -> AsyncIterator[None]:
    memory.share_pools()
    if _BASE:
        _fonts_below(_BASE)
    await run_in_threadpool(_warm_up)
    yield
    # The system ends the process next, whatever is still on its way into the store.
    await run_in_threadpool(scratch.remove_mine)


try:
    visitor.require(config.get_option("server.address"))
    database.require(answers.store().root)
except (visitor.AccessError, StateOfAnother) as error:
    raise SystemExit(f"Pheu does not start. {error}") from None

# Where a proxy serves Pheu below a path, its own addresses are below it, as Streamlit's are.
_BASE = make_url_path(config.get_option("server.baseUrlPath"), "").rstrip("/")

app = st.App(
    _HERE / "ui" / "shell" / "shell.py",
    lifespan=_lifespan,
    on_script_error=_say_failure,
    routes=[
        *document.routes(navigation.PAGES, _addressed, _BASE, bare=ahead.begin, start=saved.start),
        *exports.routes(_BASE),
        door.route(_BASE),
        Route(f"{_BASE}/healthz", healthz),
        Mount(f"{_BASE}/fonts", StaticFiles(directory=theme.FONTS)),
        missing.route(_BASE),
    ],
    middleware=[
        Middleware(Gate, documents=[document.document()]),
        Middleware(
            Limit,
            refusals={"/auth/": 30, "/oauth2callback": 30},
            requests={BELOW: 300, door.UPLOAD: 120},
            base=_BASE,
        ),
        Middleware(SignIn, base=_BASE),
        Middleware(program.Program, base=_BASE),
    ],
)
