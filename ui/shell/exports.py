"""The files of long lists, as text and as workbooks: written piece by piece, none held whole."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from analytics.export import to_csv
from analytics.scope import Scope
from analytics.shared import LIST, PARAMETER, Shared
from analytics.view import vocabulary
from analytics.view.view import View
from analytics.workbook import to_xlsx
from data.errors import NotShown, ShareEnded, StoreError, StoreGone
from ui import answers
from ui.access import visitor
from ui.data import contents
from ui.language import current
from ui.language.messages import N_, _
from ui.leads import lead_list, work_list
from ui.page.long_list import OF_THE_LIST
from ui.session import SignedOut
from ui.shell.sign_in import Sent
from ui.time_in_stage import visits, waiting_list

Pieces = Callable[[Scope, Mapping[str, str]], Iterator[pd.DataFrame]]
"""The rows of a list, for what a link says of the view and of the list."""

_FILES: Mapping[str, tuple[str, str | None, Pieces]] = {
    "to_do": (N_("To do"), "to_do", work_list.file),
    "leads": (N_("Leads"), "leads", lead_list.file),
    "waiting": (N_("Waiting leads"), None, waiting_list.file),
    "stays": (N_("Stays"), None, visits.file),
    "refused": (N_("Refused rows"), "data", contents.refused_file),
}
"""The files by name: what each is called, the page that it is of where that is one alone, and its
rows."""


@dataclass(frozen=True)
class _Form:
    """How a file is written, and what it is to the browser."""

    ending: str
    media_type: str
    write: Callable[[Iterator[pd.DataFrame], str, str], Iterator[bytes]]


def routes(base: str = "") -> list[Route]:
    """The routes of the files, `/export/leads.csv`, `.xlsx` and their like, below a base path."""
    return [
        Route(f"{base}/export/{name}.{form.ending}", _endpoint(name, page, title, pieces, form))
        for name, (title, page, pieces) in _FILES.items()
        for form in _FORMS
    ]


def _endpoint(
    name: str, page: str | None, title: str, pieces: Pieces, form: _Form
) -> Callable[[Request], Response]:
    def file(request: Request) -> Response:
        query = dict(request.query_params)
        about = {
            part.removeprefix(OF_THE_LIST): query.pop(part)
            for part in [*query]
            if part.startswith(OF_THE_LIST)
        }
        try:
            scope = _scope(query, page, Sent(scope=request.scope))
            if scope is None:
                return PlainTextResponse("this link is not understood\n", status_code=400)
            lang = scope.view.lang
            current.use(lang)
            found = form.write(_spoken(pieces(scope, about), lang), _(title), lang)
            # What cannot be answered is known by now, and not when half of a file has been sent.
            first = next(found)
        except (KeyError, SignedOut, StoreError) as error:
            return _refusal(error)
        return StreamingResponse(
            _after(first, found),
            media_type=form.media_type,
            headers={
                "Content-Disposition": f'attachment; filename="pheu-{name}.{form.ending}"',
                "Cache-Control": "no-store",
            },
        )

    return file


_REFUSED: Mapping[type[Exception], tuple[str, int]] = {
    KeyError: ("this link is not understood", 400),
    SignedOut: ("sign in first", 401),
    ShareEnded: ("nothing is shared under this address", 404),
    NotShown: ("this is not part of what is shared", 403),
    StoreGone: ("this data is no longer kept", 404),
    StoreError: ("the store cannot be read", 503),
}
"""What is said in place of a file, and the status; the first that fits."""


def _refusal(error: Exception) -> Response:
    kind = next(each for each in _REFUSED if isinstance(error, each))
    words, status = _REFUSED[kind]
    return PlainTextResponse(f"{words}\n", status_code=status)


def _spoken(pieces: Iterator[pd.DataFrame], lang: str) -> Iterator[pd.DataFrame]:
    """The pieces, each made in a language: a file is written in threads, none of which knows it."""
    while True:
        current.use(lang)
        try:
            rows = next(pieces)
        except StopIteration:
            return
        yield rows


def _scope(query: Mapping[str, str], page: str | None, headers: Sent) -> Scope | None:
    """What a link asks for; None when part of it is not known: a file never has more rows.

    A guest's link is that of a list, on a page that the guest may open.

    Raises:
        SignedOut: whoever asks is not let in.
    """
    if PARAMETER in query:
        guest = Shared.found(answers.store(), query[PARAMETER])
        if page is not None and not guest.may_open(page):
            raise NotShown("This list is not part of what is shared.")
        scope, left_out = guest.opened(query, LIST, answers.store())
    else:
        asking = visitor.visitor(headers)
        if asking is None:
            raise SignedOut
        view, lost = View.parse(query)
        generation, fitting, unknown = vocabulary.opened(view, answers.store(), asking.sight)
        scope, left_out = Scope(fitting, generation), (*lost, *unknown)
    return scope if all(each.is_harmless for each in left_out) else None


def _text(pieces: Iterator[pd.DataFrame], _title: str, _lang: str) -> Iterator[bytes]:
    for number, rows in enumerate(pieces):
        text = to_csv(rows, header=number == 0)
        yield text.encode("utf-8-sig" if number == 0 else "utf-8")  # the mark tells Excel


def _after(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others


_FORMS = (
    _Form("csv", "text/csv; charset=utf-8", _text),
    _Form(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        to_xlsx,
    ),
)
