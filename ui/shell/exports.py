"""The files of long lists, as text and as workbooks: written piece by piece, none held whole.

A very long one is written by a process of its own, behind all others: pages are drawn meanwhile.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
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
from data import apart
from data.errors import LoadError, NotShown, ShareEnded, StoreError, StoreGone
from data.progress import Progress
from ui import answers
from ui.access import visitor
from ui.bottlenecks import reasons
from ui.data import contents
from ui.handover import handed
from ui.language import current
from ui.language.messages import _
from ui.leads import agenda, lead_list, work_list
from ui.page import about
from ui.page.long_list import OF_THE_LIST, File
from ui.quality import criteria, unasked
from ui.response import untouched
from ui.session import SignedOut
from ui.shell.sign_in import Sent
from ui.time_in_stage import visits, waiting_list

_FILES: Mapping[File, str | None] = {
    work_list.FILE: "to_do",
    lead_list.FILE: "leads",
    waiting_list.FILE: None,
    visits.FILE: None,
    criteria.FILE: "quality",
    handed.FILE: "handover",
    untouched.FILE: "response",
    reasons.FILE: "bottlenecks",
    unasked.FILE: "quality",
    contents.REFUSED: "data",
}
"""The files, and the page that each is of where that is one alone."""
_CALENDARS: Mapping[File, str] = {agenda.FILE: "to_do"}

_FEW = 3
"""The pieces from which on a list is very long: some ten thousands of rows."""
_MOST_SECONDS = 3_600
_CHUNK = 2**18  # bytes
_LOOK_AGAIN = 0.2  # seconds until more of a file may be there
_ELSEWHERE = "time_in_stage"
"""The page of the others, which a link in a file leads to."""


@dataclass(frozen=True)
class _Form:
    """How a file is written, and what it is to the browser."""

    ending: str
    media_type: str
    write: Callable[[Iterator[pd.DataFrame], str, pd.DataFrame], Iterator[bytes]]


def routes(base: str = "") -> list[Route]:
    """The routes of the files, `/export/leads.csv`, `.xlsx` and their like, below a base path."""
    return [
        Route(f"{base}/export/{file.name}.{form.ending}", _endpoint(file, page, form, base))
        for files, forms in ((_FILES, _FORMS), (_CALENDARS, (_CALENDAR,)))
        for file, page in files.items()
        for form in forms
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
            said = _about(scope, guest, file.tells(scope, of_list), link)
            wished = _Wished(file, form, scope, of_list, said)
            found = wished.written()
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
"""What is sent in place of a file, and the status; the first that fits."""


def _refusal(error: Exception) -> Response:
    kind = next(each for each in _REFUSED if isinstance(error, each))
    words, status = _REFUSED[kind]
    return PlainTextResponse(f"{words}\n", status_code=status)


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


def _text(pieces: Iterator[pd.DataFrame], _title: str, _about: pd.DataFrame) -> Iterator[bytes]:
    for number, rows in enumerate(pieces):
        text = to_csv(rows, header=number == 0)
        yield text.encode("utf-8-sig" if number == 0 else "utf-8")  # the mark tells Excel


def _book(pieces: Iterator[pd.DataFrame], title: str, about: pd.DataFrame) -> Iterator[bytes]:
    return to_xlsx(pieces, _(title), current.lang(), about)


@dataclass(frozen=True)
class _Wished:
    """A file that somebody wants: of which list, in which form, and what it says of itself."""

    file: File
    form: _Form
    scope: Scope
    of_list: Mapping[str, str]
    about: pd.DataFrame

    def written(self) -> Iterator[bytes]:
        """The file in chunks; that of a very long list as a process of its own writes it."""
        pieces = self._pieces()
        first = list(islice(pieces, _FEW))
        if len(first) < _FEW:
            return self.form.write(iter(first), self.file.title, self.about)
        return self._apart()

    def write(self, path: Path, progress: Progress) -> None:
        """Writes the file; `progress` is told of each chunk."""
        current.use(self.scope.view.lang)
        with path.open("wb", buffering=0) as file:
            for chunk in self.form.write(self._pieces(progress), self.file.title, self.about):
                file.write(chunk)

    def _pieces(self, progress: Progress | None = None) -> Iterator[pd.DataFrame]:
        """The rows, each piece made in a language: threads write a file, none of which knows it."""
        pieces = self.file.pieces(self.scope, self.of_list)
        while True:
            current.use(self.scope.view.lang)
            try:
                rows = next(pieces)
            except StopIteration:
                return
            if progress is not None:
                progress("", 0.0)
            yield rows

    def _apart(self) -> Iterator[bytes]:
        """The file as far as it is there; where nobody waits for it any more, its process ends."""
        yield b""  # from now on the browser shows that it is on its way
        is_left = Event()

        def go_on(_what: str, _share: float) -> None:
            if is_left.is_set():
                raise LoadError("Nobody waits for this file any more.")

        with TemporaryDirectory(prefix="pheu-") as folder, ThreadPoolExecutor(1) as thread:
            path = Path(folder) / self.file.name
            path.touch()
            limits = apart.allowed(_MOST_SECONDS)
            work = thread.submit(apart.call, self.write, path, limits=limits, progress=go_on)
            try:
                with path.open("rb") as file:
                    while True:
                        is_whole = work.done()
                        while chunk := file.read(_CHUNK):
                            yield chunk
                        if is_whole:
                            work.result()
                            return
                        wait([work], _LOOK_AGAIN)
            finally:
                is_left.set()


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
_CALENDAR = _Form("ics", "text/calendar; charset=utf-8", agenda.written)
