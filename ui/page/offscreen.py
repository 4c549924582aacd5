"""A page drawn for nobody's screen: the same script as ever, and what it would have sent.

What is taken away is read off that, so that no page has a second description of itself, and a page
that is only looked at does nothing for it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Thread, current_thread
from typing import Any, Protocol
from uuid import uuid4

import pandas as pd
import streamlit as st
from streamlit import runtime
from streamlit.proto.ClientState_pb2 import ContextInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner_utils.script_run_context import (
    ScriptRunContext,
    add_script_run_ctx,
    get_script_run_ctx,
)
from streamlit.runtime.state import SafeSessionState, SessionState

from analytics.scope import Scope
from data.errors import NotShown
from ui import navigation, session
from ui.access.visitor import Visitor, reading
from ui.language import current
from ui.report.report import Pieces


class Counting(Protocol):
    """How a card counts: see `ui.page.card.How`."""

    @property
    def name(self) -> str:
        """The name of the card."""

    @property
    def say(self) -> Callable[[], Sequence[tuple[str, str]]]:
        """Sentences with a lead-in each."""

    @property
    def rows(self) -> pd.DataFrame:
        """The rows behind its numbers."""


@dataclass
class Told:
    """What a page tells of itself beside what it sends.

    That is its scope, how each card counts, and the rows in pieces of each list, by its name.
    """

    scope: Scope | None = None
    hows: list[Counting] = field(default_factory=list)
    lists: dict[str, Pieces] = field(default_factory=dict)


@dataclass(frozen=True)
class Counted:
    """How a card counts, said: sentences with a lead-in each, and the rows behind its numbers."""

    said: Sequence[tuple[str, str]]
    rows: pd.DataFrame


_PAGE = "page_to_take_away"

told: ContextVar[Told | None] = ContextVar("told", default=None)
"""Where a page tells it, while it is drawn for nobody's screen; else nobody asks."""


@dataclass(frozen=True)
class Place:
    """An element of a page, or a container with what is in it, in the order of the page."""

    kind: str
    said: Any = None
    key: str = ""
    held: dict[int, "Place"] = field(default_factory=dict)

    def __iter__(self) -> Iterator["Place"]:
        """What is in it, as it is read from the top."""
        return iter(self.held[at] for at in sorted(self.held))


@dataclass(frozen=True)
class Reader:
    """Who reads a page and what they have chosen on it: enough to draw the very same one."""

    page: str
    url: str
    state: Mapping[str | int, Any]
    user: Mapping[str, Any]
    visitor: Visitor | None = None


def begin(page: str) -> None:
    """Says which page is drawn: dialogs, in which it is asked for, are drawn by the shell."""
    st.session_state[_PAGE] = page


def reader() -> Reader:
    """The reader of this run.

    Raises:
        RuntimeError: this is no run of a page.
    """
    context = get_script_run_ctx()
    if context is None:
        raise RuntimeError("Nobody reads a page here.")
    return Reader(
        page=st.session_state[_PAGE],
        url=st.context.url or "",
        state=dict(st.session_state.items()),
        user=dict(context.user_info),
        visitor=session.visitor(),
    )


@dataclass(frozen=True)
class Drawn:
    """A page as it was drawn: its elements, its scope, how each card counts, and its lists."""

    root: Place
    scope: Scope
    counted: Mapping[str, Counted]
    lists: Mapping[str, Pieces]


def draw(about: Reader) -> Drawn:
    """Draws the page that a reader sees, in a thread and a session of its own.

    Raises:
        NotShown: the page is not one that the reader may open.
        Exception: whatever the page raises.
    """
    root, about_it = Place("page"), Told()
    counted, failed = dict[str, Counted](), list[BaseException]()

    def run() -> None:
        try:
            told.set(about_it)
            reading.set(about.visitor)
            _run(about, root)
            # Here, where there is a session: some of it hangs on what the page is about.
            counted.update({how.name: Counted(how.say(), how.rows) for how in about_it.hows})
        except BaseException as error:
            failed.append(error)

    thread = Thread(target=run, name="offscreen")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    if about_it.scope is None:
        raise RuntimeError(f"The page {about.page!r} has no header that says what it is of.")
    return Drawn(root, about_it.scope, counted, about_it.lists)


def _run(about: Reader, root: Place) -> None:
    shell = str(navigation.SHELL)
    context = ScriptRunContext(
        session_id=f"offscreen-{uuid4().hex}",
        _enqueue=lambda sent: _put(root, sent),
        query_string="",
        session_state=SafeSessionState(SessionState(), lambda: None),
        uploaded_file_mgr=MemoryUploadedFileManager(""),
        main_script_path=shell,
        user_info=dict(about.user),
        fragment_storage=MemoryFragmentStorage(),
        pages_manager=PagesManager(shell),
    )
    add_script_run_ctx(current_thread(), context)
    context.reset(context_info=ContextInfo(url=about.url, color_scheme="light"))
    for name, value in about.state.items():
        st.session_state[name] = value
    # As from the run before this one: a button takes no value that was set in this one.
    context.session_state.on_script_will_rerun(WidgetStates())
    current.use(session.view().lang)
    if not navigation.is_open(about.page):
        raise NotShown("This page is not part of what is shared.")
    script = navigation.script(about.page)
    try:
        exec(compile(script.read_bytes(), script, "exec"), {"__name__": "__main__"})
    except session.Ended:
        pass
    finally:
        if runtime.exists():  # what its buttons would have given is nobody's
            runtime.get_instance().media_file_mgr.clear_session_refs(context.session_id)


def _put(root: Place, sent: ForwardMsg) -> None:
    """Puts what was sent in its place of the page: a second thing there takes the first one's."""
    if sent.WhichOneof("type") != "delta":
        return
    *path, last = sent.metadata.delta_path
    inside = root
    for at in path:
        inside = inside.held.setdefault(at, Place("container"))
    delta = sent.delta
    if delta.WhichOneof("type") == "new_element":
        element = delta.new_element
        kind = str(element.WhichOneof("type"))
        inside.held[last] = Place(kind, getattr(element, kind))
    elif delta.WhichOneof("type") == "add_block":
        inside.held[last] = Place("container", key=delta.add_block.id)
