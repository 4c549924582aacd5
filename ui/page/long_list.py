"""A long list on a page: the rows of one page of it, the way to the others, and all as a file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode
from zlib import crc32

import pandas as pd
import streamlit as st

from analytics.listing import Listing
from analytics.scope import Scope
from ui import answers, guest, session
from ui.language import formats
from ui.language.messages import _
from ui.page import offscreen
from ui.page.markdown import gray

ROWS = 200
"""How many rows a page of a list has: no more are asked for, kept, or sent to the browser."""

_LONG = 50_000  # rows

OF_THE_LIST = "list."
"""What the parameters begin with that an address of a file has beside those of the view."""


def _nothing(_scope: Scope, _about: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    return ()


@dataclass(frozen=True)
class File:
    """The file of a list, of whatever a link says of the view, and of the list beside that.

    name: in its address.
    title: what it is called.
    pieces: the rows, some thousands at a time.
    tells: the latter in words: texts with a lead-in each.
    """

    name: str
    title: str
    pieces: Callable[[Scope, Mapping[str, str]], Iterator[pd.DataFrame]]
    tells: Callable[[Scope, Mapping[str, str]], Sequence[tuple[str, str]]] = _nothing


def key(found: Listing, name: str) -> str:
    """The key of a widget about a list: another list is another widget, which starts anew."""
    which = f"{found.asked.scope.generation.id} {found.key}"
    return session.key(f"{name}_{crc32(which.encode()):08x}")


def number(found: Listing, name: str) -> int:
    """The number of the page that is shown, from 1."""
    return int(st.session_state.get(key(found, f"{name}_page"), 1))


def rows(found: Listing, name: str, most: int = ROWS) -> pd.DataFrame:
    """The rows of the page that is shown, `most` at a time."""
    return answers.page(found, (number(found, name) - 1) * most, most)


def turn(found: Listing, name: str, most: int = ROWS) -> None:
    """The way to the other pages, where there are any."""
    pages = _pages(found, most)
    if pages > 1:
        st.pagination(pages, max_visible_pages=5, key=key(found, f"{name}_page"))


def number_in_link(found: Listing, most: int) -> int:
    """The number of the page that the link says, of the list that is all of a page.

    Of a list that has not as many pages it is the last one.
    """
    return min(session.view().list_page, max(_pages(found, most), 1))


def rows_in_link(found: Listing, most: int) -> pd.DataFrame:
    """The rows of the page that the link says, `most` at a time."""
    return answers.page(found, (number_in_link(found, most) - 1) * most, most)


def turn_in_link(found: Listing, name: str, most: int) -> None:
    """The way to the other pages, where there are any; which one is shown goes into the link.

    What is taken away says which part of the list it has.
    """
    pages = _pages(found, most)
    if pages > 1 and offscreen.told.get() is not None:
        st.markdown(gray(_part(found, number_in_link(found, most), most)))
    elif pages > 1:
        chosen = key(found, f"{name}_page")
        st.session_state[chosen] = number_in_link(found, most)
        st.pagination(
            pages,
            max_visible_pages=5,
            key=chosen,
            on_change=lambda: session.change(list_page=st.session_state[chosen]),
        )


def _pages(found: Listing, most: int) -> int:
    return -(-answers.count(found) // most)


def _part(found: Listing, number: int, most: int) -> str:
    """Which rows of the list a page of it has."""
    first, all_rows = (number - 1) * most + 1, answers.count(found)
    return _(
        "{first}–{last} of {all}; the file has all.",
        first=formats.number(first),
        last=formats.number(min(first + most - 1, all_rows)),
        all=formats.number(all_rows),
    )


def below(scope: Scope, found: Listing, file: File, about: Mapping[str, str | None]) -> None:
    """The way to the other pages, and the files of the whole list.

    `about` is what the list is of beside the view, for the addresses of the files.
    """
    if answers.count(found) > ROWS:
        turn(found, file.name)
        st.markdown(gray(_part(found, number(found, file.name), ROWS)))
    files(scope, found, file, about)


def files(scope: Scope, found: Listing, file: File, about: Mapping[str, str | None]) -> None:
    """The links to the files of a list: the workbook, and the same as text.

    What is taken away has the rows.
    """
    if (told := offscreen.told.get()) is not None:
        said = {part: text for part, text in about.items() if text is not None}
        told.lists[_(file.title)] = partial(file.pieces, scope, said)
        return
    takes_long = (
        _("So many rows take minutes as Excel. The page can be used meanwhile; CSV is faster.")
        if answers.count(found) > _LONG
        else None
    )
    file_link(scope, file.name, _("Excel"), about, form="xlsx", tip=takes_long)
    file_link(scope, file.name, "CSV", about)


def file_link(
    scope: Scope,
    name: str,
    label: str,
    about: Mapping[str, str | None] | None = None,
    form: str = "csv",
    tip: str | None = None,
) -> None:
    """The link to a file of a list; that to a workbook comes first."""
    st.link_button(
        label,
        address(scope, name, about or {}, form),
        icon=":material/download:",
        type="primary" if form == "xlsx" else "tertiary",
        help=tip,
        key=session.key(f"file_{form}_{name}"),
    )


def address(scope: Scope, name: str, about: Mapping[str, str | None], form: str = "csv") -> str:
    """Where the file of a list is, seen from a page: of this view, of this very generation."""
    generation = scope.generation
    held = replace(scope.view, data=generation.number, data_id=generation.id)
    whole = replace(held, tab=None, lead=None, list_page=1)
    query = guest.query(whole) if guest.is_guest() else whole.to_query()
    query |= {OF_THE_LIST + part: text for part, text in about.items() if text is not None}
    return f"export/{name}.{form}?{urlencode(query)}"
