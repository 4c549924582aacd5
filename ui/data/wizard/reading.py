"""Reading the files of a plan: each time in the load's own process, and once for what was asked.

So nobody else waits for it, and what is wrong with a file harms nobody.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from data import apart
from data.errors import StoreError
from data.files.preview import preview
from data.load.loader import load
from data.load.summary import Summary
from data.load.survey import survey
from data.load.trial import Trial, trial
from data.progress import Progress
from data.store import Store
from ui.data.wizard.plan import Plan, PlannedFile
from ui.data.wizard.shelf import Brought, Shelf
from ui.language.messages import _
from ui.page.markdown import plain

_LOOK_SECONDS, _READ_SECONDS = 120, 3_600
_ROWS = 100
_PATIENCE = 5  # seconds for another load to end


def take_in(store: Store, plan: Plan, brought: Brought) -> None:
    """Puts a file on the shelf; a second one of a name is called otherwise."""
    if plan.shelf is None:
        plan.shelf = Shelf(store)
    path = plan.shelf.put(brought)
    names = {file.name for file in plan.files}
    number, wanted = 2, path.name
    while path.name in names:
        path = path.rename(path.with_name(f"{Path(wanted).stem} ({number}){Path(wanted).suffix}"))
        number += 1
    plan.files.append(PlannedFile(path))


def look(plan: Plan) -> None:
    """Looks at the top of every file that has not been looked at, and says what all of them are."""
    fresh = [file for file in plan.files if file.top is None and file.error is None]
    for file in fresh:
        with st.spinner(_("Looking at {name}…", name=plain(file.name))):
            _look_at(plan, file)
    if fresh and any(file.top is not None for file in plan.files):
        plan.understand()


def look_again(file: PlannedFile) -> None:
    """Forgets what was seen of a file: another part of it is meant."""
    file.top = file.error = file.proposal = file.survey = None
    file.is_corrected = False


def _look_at(plan: Plan, file: PlannedFile) -> None:
    assert plan.shelf is not None
    with plan.shelf.room() as folder:
        try:
            file.top = apart.call(
                preview,
                file.path,
                folder,
                rows=_ROWS,
                sheet=file.sheet,
                header=file.header,
                limits=apart.allowed(_LOOK_SECONDS),
            )
        except StoreError as error:
            file.error = error
            return
    if file.header is None:
        file.found_header = file.top.header_line
    if file.sheet is None:
        file.together = file.top.together


def survey_all(plan: Plan) -> None:
    """Reads every file through for what stands in its columns, where that is not known yet."""
    assert plan.shelf is not None
    for file in plan.files:
        if file.survey is not None:
            continue
        with (
            st.spinner(_("Reading {name}…", name=plain(file.name)), show_time=True),
            plan.shelf.room() as folder,
        ):
            found = apart.call(
                survey,
                file.path,
                folder,
                sheet=file.sheet,
                header=file.header,
                limits=apart.allowed(_READ_SECONDS),
            )
            file.learn(found, plan.pipeline)


def tried(store: Store, plan: Plan) -> Trial | StoreError:
    """What a load would do, or what is wrong: found out once for all that was said."""
    key = _said(store, plan)
    if key not in plan.trials:
        with _bar(_("Trying it out: nothing is loaded yet…")) as progress:
            plan.trials[key] = _try(store, plan, key, progress)
    return plan.trials[key]


def is_tried(store: Store, plan: Plan) -> bool:
    """Whether that is known already."""
    return _said(store, plan) in plan.trials


def lists(store: Store, plan: Plan) -> Path:
    """The folder of the lists that a trial has written: of what it found, and what it refuses."""
    return _lists(plan, _said(store, plan))


def _lists(plan: Plan, key: str) -> Path:
    assert plan.shelf is not None
    return plan.shelf.named(key)


def _try(store: Store, plan: Plan, key: str, progress: Progress) -> Trial | StoreError:
    try:
        return apart.call(
            trial,
            store,
            [file.path for file in plan.files],
            mapping=plan.mapping(),
            mode=plan.mode,
            lists=_lists(plan, key),
            limits=apart.allowed(_READ_SECONDS),
            progress=progress,
        )
    except StoreError as error:
        return error


def load_all(store: Store, plan: Plan) -> Summary:
    """Loads the files, and shows how far it is. Raises StoreError."""
    with _bar(_("Loading…")) as progress:
        return apart.call(
            load,
            store,
            [file.path for file in plan.files],
            mapping=plan.mapping(),
            mode=plan.mode,
            wait=_PATIENCE,
            limits=apart.allowed(_READ_SECONDS),
            progress=progress,
        )


def _said(store: Store, plan: Plan) -> str:
    """All that a trial depends on, in short."""
    said = (plan.mapping().to_toml(), plan.mode, store.current(), *(f.path for f in plan.files))
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@contextmanager
def _bar(text: str) -> Iterator[Callable[[str, float], None]]:
    """A bar that shows how far it is, and goes when it is done."""
    bar = st.progress(0.0, text)

    def show(_what: str, share: float) -> None:
        bar.progress(min(share, 1.0), text)

    try:
        yield show
    finally:
        bar.empty()
