"""The files of long lists, as text and as workbooks: written piece by piece, none held whole."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

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
from ui.language.messages import _
from ui.leads import lead_list, work_list
from ui.page import about
from ui.page.long_list import OF_THE_LIST, File
from ui.session import SignedOut
from ui.shell.sign_in import Sent
from ui.time_in_stage import visits, waiting_list

_FILES: Mapping[File, str | None] = {
    work_list.FILE: "to_do",
    lead_list.FILE: "leads",
    waiting_list.FILE: None,
    visits.FILE: None,
    contents.REFUSED: "data",
}
"""The files, and the page that each is of where that is one alone."""

_ELSEWHERE = "time_in_stage"
"""The page of the others, which a link in a file leads to."""


@dataclass(frozen=True)
class _Form:
    """How a file is written, and what it is to the browser."""

    ending: str
    media_type: str
    write: Callable[[Iterator[pd.DataFrame], str, Callable[[], pd.DataFrame]], Iterator[bytes]]


def routes(base: str = "") -> list[Route]:
    """The routes of the files, `/export/leads.csv`, `.xlsx` and their like, below a base path."""
    return [
        Route(f"{base}/export/{file.name}.{form.ending}", _endpoint(file, page, form, base))
        for file, page in _FILES.items()
        for form in _FORMS
    ]


def _endpoint(
    file: File, page: str | None, form: _Form, base: str
) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        query = dict(request.query_params)
        of_list = {
            part.removeprefix(OF_THE_LIST): query.pop(part)
            for part in [*query]
            if part.startswith(OF_THE_LIST)
        }
        try:
            guest, scope = _asked(query, page, Sent(scope=request.scope))
            if scope is None:
                return PlainTextResponse("this link is not understood\n", status_code=400)
            current.use(scope.view.lang)
            link = f"{str(request.base_url).rstrip('/')}{base}/{page or _ELSEWHERE}"
            pieces = _spoken(file.pieces(scope, of_list), scope.view.lang)
            said = partial(_about, scope, guest, file.tells(of_list), link)
            found = form.write(pieces, file.title, said)
            # What cannot be answered is known by now, and not when half of a file has been sent.
            first = next(found)
        except (KeyError, SignedOut, StoreError) as error:
            return _refusal(error)
        return StreamingResponse(
            _after(first, found),
            media_type=form.media_type,
            headers={
                "Content-Disposition": f'attachment; filename="pheu-{file.name}.{form.ending}"',
                "Cache-Control": "no-store",
            },
        )

    return answer


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


def _asked(
    query: Mapping[str, str], page: str | None, headers: Sent
) -> tuple[Shared | None, Scope | None]:
    """What a link asks for; no scope when part of it is not known: a file never has more rows.

    A guest's link is that of a list, on a page that the guest may open.

    Raises:
        SignedOut: whoever asks is not let in.
    """
    guest: Shared | None = None
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
    return guest, scope if all(each.is_harmless for each in left_out) else None


def _about(
    scope: Scope, guest: Shared | None, tells: Sequence[tuple[str, str]], link: str
) -> pd.DataFrame:
    """What a file is of, and the address of the page with the same numbers."""
    query = scope.frozen_view().to_short_query() if guest is None else guest.query(scope.view)
    with_filters = guest is None or not guest.share.hides_filters
    lines = about.lines(scope, with_filters=with_filters)
    lines += [*tells, (_("Link"), f"{link}?{urlencode(query)}")]
    return pd.DataFrame(lines, columns=["Pheu", _("About this file")])


def _text(
    pieces: Iterator[pd.DataFrame], _title: str, _about: Callable[[], pd.DataFrame]
) -> Iterator[bytes]:
    for number, rows in enumerate(pieces):
        text = to_csv(rows, header=number == 0)
        yield text.encode("utf-8-sig" if number == 0 else "utf-8")  # the mark tells Excel


def _book(
    pieces: Iterator[pd.DataFrame], title: str, about: Callable[[], pd.DataFrame]
) -> Iterator[bytes]:
    return to_xlsx(pieces, _(title), current.lang(), about())


def _after(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others


_FORMS = (
    _Form("csv", "text/csv; charset=utf-8", _text),
    _Form(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _book,
    ),
)
