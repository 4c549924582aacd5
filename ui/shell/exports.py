"""The files of long lists: written in pieces while they are sent, so that none is held whole."""

from collections.abc import Callable, Iterator, Mapping

import pandas as pd
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from analytics.export import to_csv
from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.view import View
from data.errors import StoreError, StoreGone
from ui import answers, leads
from ui.data import contents
from ui.page.long_list import OF_THE_LIST
from ui.time_in_stage import visits, waiting_list

_FILES: Mapping[str, Callable[[Scope, Mapping[str, str]], Iterator[pd.DataFrame]]] = {
    "leads": leads.file,
    "waiting": waiting_list.file,
    "stays": visits.file,
    "refused": contents.refused_file,
}


def routes(base: str = "") -> list[Route]:
    """The routes of the files, `/export/leads.csv` and its like, below a base path."""
    return [
        Route(f"{base}/export/{name}.csv", _endpoint(name, pieces))
        for name, pieces in _FILES.items()
    ]


def _endpoint(
    name: str, pieces: Callable[[Scope, Mapping[str, str]], Iterator[pd.DataFrame]]
) -> Callable[[Request], Response]:
    def file(request: Request) -> Response:
        query = dict(request.query_params)
        about = {
            part.removeprefix(OF_THE_LIST): query.pop(part)
            for part in [*query]
            if part.startswith(OF_THE_LIST)
        }
        try:
            scope = _scope(query)
            if scope is None:
                return PlainTextResponse("this link is not understood\n", status_code=400)
            found = _text(pieces(scope, about))
            # What cannot be answered is known by now, and not when half of a file has been sent.
            first = next(found)
        except KeyError:
            return PlainTextResponse("this link is not understood\n", status_code=400)
        except StoreGone:
            return PlainTextResponse("this data is no longer kept\n", status_code=404)
        except StoreError:
            return PlainTextResponse("the store cannot be read\n", status_code=503)
        return StreamingResponse(
            _after(first, found),
            media_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="pheu-{name}.csv"',
                "Cache-Control": "no-store",
            },
        )

    return file


def _scope(query: Mapping[str, str]) -> Scope | None:
    """What a link asks for; None when part of it is not known: a file never has more rows."""
    view, lost = View.parse(query)
    generation, fitting, unknown = vocabulary.opened(view, answers.store())
    is_understood = all(each.is_harmless for each in (*lost, *unknown))
    return Scope(fitting, generation) if is_understood else None


def _text(pieces: Iterator[pd.DataFrame]) -> Iterator[bytes]:
    for number, rows in enumerate(pieces):
        text = to_csv(rows, header=number == 0)
        yield text.encode("utf-8-sig" if number == 0 else "utf-8")  # the mark tells Excel


def _after(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others
