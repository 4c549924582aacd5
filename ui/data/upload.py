"""Loading from the browser: files in, what their columns mean, and the load with its progress."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

import pandas as pd
import streamlit as st

from data import apart
from data.errors import StoreError
from data.files.preview import Preview, preview
from data.load.loader import load
from data.load.summary import NothingLoaded, Summary
from data.mapping.fields import FIELDS
from data.mapping.guess import guess, whose_id_is_unclear
from data.mapping.mapping import FileMapping, Mapping, StageColumn
from data.pipeline import Pipeline
from data.store import DEFAULT_TIME_ZONE, Store
from ui import session
from ui.language import failures, formats, labels
from ui.language.messages import N_, _, _n
from ui.page import markdown

_KINDS = {
    "leads": N_("Leads, one row each"),
    "stage_history": N_("Moves, one row each"),
    "stage_columns": N_("Leads with one date column a stage"),
    "touches": N_("Contacts with marketing"),
    "spend": N_("Spend"),
    "rates": N_("Exchange rates"),
}
_FIELDS = {
    "lead_id": N_("Lead id"),
    "created_at": N_("Created at"),
    "stage": N_("Stage"),
    "entered_at": N_("Entered at"),
    "changed_by": N_("Changed by"),
    "company": N_("Company"),
    "name": N_("Name"),
    "email": N_("Email"),
    "phone": N_("Phone"),
    "currency": N_("Currency"),
    "amount": N_("Amount"),
    "score": N_("Score"),
    "need": N_("Need"),
    "budget": N_("Budget"),
    "authority": N_("Authority"),
    "timing": N_("Timing"),
    "touched_at": N_("Touched at"),
    "kind": N_("Kind"),
    "day": N_("Day"),
    "month": N_("Month"),
    "until": N_("Last day it covers"),
    "rate": N_("Exchange rate"),
}
_ORDERS = {None: N_("Tell from the column"), "dmy": N_("Day first"), "mdy": N_("Month first")}
_MODES = {"merge": N_("Add to what is there"), "replace": N_("Replace all of it")}
_IGNORED, _STAGE = "-", "stage:"
_SUMMARY, _LOADS, _TOPS = "load_summary", "loads_done", "upload_tops"
_PREVIEW_SECONDS, _LOAD_SECONDS = 120, 3_600


@dataclass(frozen=True)
class _Upload:
    """A file from the browser, and its first rows."""

    file: Any
    name: str
    top: Preview


def form(store: Store) -> None:
    """The whole form: choose files, confirm what their columns mean, load; then the outcome."""
    _say_summary()
    most = formats.number(int(st.get_option("server.maxUploadSize")))
    chosen = st.file_uploader(
        _("CSV, TSV, Excel or Parquet, also as .gz; up to {most} MB each", most=most),
        accept_multiple_files=True,
        key=session.key(f"upload_{st.session_state.get(_LOADS, 0)}"),  # a new one after a load
    )
    if not chosen:
        return
    uploads = list(_looked_at(store, chosen))
    if len(uploads) < len(chosen):
        return
    pipeline, time_zone = _settings(store)
    entries = [_file_form(upload, pipeline) for upload in uploads]
    zone = st.text_input(
        _("Time zone of times without one"), value=time_zone, key=session.key("load_zone")
    )
    mode = _mode(store)
    mapping = Mapping(files=tuple(entries), time_zone=zone.strip() or None)
    with st.expander(_("This mapping as a file, for the command line")):
        st.code(mapping.to_toml(), language="toml")
    if st.button(_("Load"), type="primary", icon=":material/upload:"):
        with _on_disk(store, uploads) as paths:
            _load(store, paths, mapping, mode)


def _looked_at(store: Store, chosen: Sequence[Any]) -> Iterator[_Upload]:
    """The uploads with their tops; one that is no table says why instead."""
    tops = st.session_state.setdefault(_TOPS, {})
    here = {file.file_id for file in chosen}
    for gone in [key for key in tops if key[0] not in here]:
        del tops[gone]
    for file in chosen:
        sheet = st.session_state.get(_sheet_key(file))
        top = _top(store, file, sheet)
        if isinstance(top, Preview):
            yield _Upload(file, _name(file), top)
        else:
            st.error(markdown.plain(top), icon=":material/error:")


def _top(store: Store, file: Any, sheet: str | None) -> Preview | str:
    """The top of an upload, or why there is none: read once, and kept while the session lasts."""
    tops: dict[tuple[str, str | None], Preview | str] = st.session_state[_TOPS]
    key = (file.file_id, sheet)
    if key not in tops:
        with st.spinner(_("Looking at {name}…", name=markdown.plain(_name(file)))):
            try:
                with _on_disk(store, [_Upload(file, _name(file), _NO_TOP)]) as (path,):
                    tops[key] = apart.call(
                        preview,
                        path,
                        path.parent,
                        rows=100,
                        sheet=sheet,
                        limits=apart.allowed(_PREVIEW_SECONDS),
                    )
            except StoreError as error:
                tops[key] = failures.said(error)
    return tops[key]


_NO_TOP = Preview("", (), (), None, "", None, None)


def _name(file: Any) -> str:
    return PurePath(file.name.replace("\\", "/")).name


def _sheet_key(file: Any) -> str:
    return session.key(f"sheet_{file.file_id}")


@contextmanager
def _on_disk(store: Store, uploads: Sequence[_Upload]) -> Iterator[list[Path]]:
    """The uploads as files, each in a folder of its own, for as long as they are read."""
    with store.scratch() as folder:
        paths = []
        for index, upload in enumerate(uploads):
            path = folder / str(index) / upload.name
            path.parent.mkdir()
            path.write_bytes(upload.file.getbuffer())
            paths.append(path)
        yield paths


def _settings(store: Store) -> tuple[Pipeline, str]:
    """The pipeline and the time zone of the store, as a load would find them."""
    if store.current() is None:
        return Pipeline.default(), DEFAULT_TIME_ZONE
    generation = store.generation()
    return generation.pipeline, generation.time_zone


def _file_form(upload: _Upload, pipeline: Pipeline) -> FileMapping:
    """One file's mapping as guessed, for the reader to correct."""
    top = upload.top
    guessed = guess(top.headers, top.rows, pipeline, match=upload.name)
    st.markdown(f"**{markdown.plain(top.name)}** {markdown.gray(_about(upload))}")
    sheet = _chosen_sheet(upload)
    left, right = st.columns(2)
    with left:
        table = st.selectbox(
            _("What the rows are"),
            list(_KINDS),
            index=list(_KINDS).index(guessed.table),
            format_func=lambda kind: _(_KINDS[kind]) if kind in _KINDS else str(kind),
            key=session.key(f"kind_{top.name}"),
        )
    with right:
        order = st.selectbox(
            _("Dates such as 03/04/2026"),
            list(_ORDERS),
            format_func=lambda order: _(_ORDERS[order]) if order in _ORDERS else str(order),
            key=session.key(f"order_{top.name}"),
        )
    if table == guessed.table and whose_id_is_unclear(guessed, top.headers, top.rows):
        st.warning(
            _(
                "Nearly every row has a “{header}” of its own. Is it the id of the lead, or of the "
                "move? Choose below which column is the lead's.",
                header=markdown.plain(guessed.columns["lead_id"]),
            ),
            icon=":material/help:",
        )
    meanings = _meanings(table, pipeline)
    rows = pd.DataFrame(
        {
            "header": top.headers,
            "example": [_example(top, column) for column in range(len(top.headers))],
            "meaning": [meanings[_meaning(guessed, header)] for header in top.headers]
            if table == guessed.table
            else [meanings[""]] * len(top.headers),
        }
    )
    edited = st.data_editor(
        rows,
        hide_index=True,
        disabled=["header", "example"],
        column_config={
            "header": st.column_config.TextColumn(_("Column")),
            "example": st.column_config.TextColumn(_("Examples")),
            "meaning": st.column_config.SelectboxColumn(
                _("What it is"), options=list(meanings.values()), required=True
            ),
        },
        key=session.key(f"columns_{top.name}_{table}"),
    )
    return replace(_mapping_of(guessed, edited, table, order, meanings), sheet=sheet)


def _about(upload: _Upload) -> str:
    """How much there is: rows where all of them were seen, else the size of the file."""
    top = upload.top
    if top.row_count is None:
        size = formats.number(round(upload.file.size / 1e6, 1))
        return _("{size} MB, {format}", size=size, format=top.format)
    return _n("{n} row, {format}", "{n} rows, {format}", top.row_count, format=top.format)


def _chosen_sheet(upload: _Upload) -> str | None:
    """Which sheet of a workbook is loaded: asked where several hold something that differs."""
    sheets = upload.top.sheets
    if len(sheets) < 2 or len(upload.top.together) > 1:
        return None  # (sheets of one shape are read together, and the load names the others)
    return st.selectbox(
        _("Sheet; the others are not loaded"),
        sheets,
        index=sheets.index(upload.top.sheet or sheets[0]),
        key=_sheet_key(upload.file),
        format_func=str,
    )


def _meanings(table: str, pipeline: Pipeline) -> dict[str, str]:
    """What a column of such a file can be, by its slug: a field, a stage's date, or neither."""
    fields = {name: _field_label(name) for name in FIELDS[table]}
    dates = {}
    if table == "stage_columns":
        dates = {
            _STAGE + slug: _("Date of {stage}", stage=labels.stage_label(pipeline, slug))
            for slug in (*pipeline.slugs, *pipeline.exit_slugs)
        }
    return {"": _("Keep, to filter by"), _IGNORED: _("Leave out")} | fields | dates


def _meaning(guessed: FileMapping, header: str) -> str:
    for field, column in guessed.columns.items():
        if column == header:
            return field
    for stage in guessed.stages:
        if stage.column == header:
            return _STAGE + stage.stage
    return _IGNORED if header in guessed.ignore else ""


def _mapping_of(
    guessed: FileMapping,
    edited: pd.DataFrame,
    table: str,
    order: str | None,
    meanings: dict[str, str],
) -> FileMapping:
    slugs = {label: slug for slug, label in meanings.items()}
    chosen = [
        (header, slugs[label])
        for header, label in zip(edited["header"], edited["meaning"], strict=True)
    ]
    return replace(
        guessed if table == guessed.table else FileMapping(table, guessed.match),
        columns={
            slug: header
            for header, slug in chosen
            if slug not in ("", _IGNORED) and not slug.startswith(_STAGE)
        },
        stages=tuple(
            StageColumn(slug.removeprefix(_STAGE), header)
            for header, slug in chosen
            if slug.startswith(_STAGE)
        ),
        ignore=tuple(header for header, slug in chosen if slug == _IGNORED),
        day_month_order=order,
    )


def _example(top: Preview, column: int) -> str:
    cells = dict.fromkeys(cell for row in top.rows if (cell := row[column]))
    return " · ".join(list(cells)[:3])[:80]


def _field_label(name: str) -> str:
    return _(_FIELDS[name]) if name in _FIELDS else labels.dimension_label(name)


def _mode(store: Store) -> str | None:
    """Whether to add or replace; nothing to ask when there is only the sample, or nothing."""
    if store.current() is None or store.generation().sample:
        return None
    return st.radio(
        _("What is there already"),
        list(_MODES),
        format_func=lambda mode: _(_MODES[mode]) if mode in _MODES else str(mode),
        horizontal=True,
        key=session.key("load_mode"),
    )


def _load(store: Store, paths: list[Path], mapping: Mapping, mode: str | None) -> None:
    bar = st.progress(0.0, _("Loading…"))

    def show(_what: str, share: float) -> None:
        bar.progress(min(share, 1.0), _("Loading…"))

    try:
        summary = apart.call(
            load,
            store,
            paths,
            mapping=mapping,
            mode=mode,
            wait=5,
            limits=apart.allowed(_LOAD_SECONDS),
            progress=show,
        )
    except StoreError as error:
        bar.empty()
        st.error(_why(error), icon=":material/error:")
        return
    st.session_state[_SUMMARY] = summary
    st.session_state[_LOADS] = st.session_state.get(_LOADS, 0) + 1
    st.rerun()


def _why(error: StoreError) -> str:
    """Why nothing was loaded; where the server keeps its files is not the reader's business."""
    if not isinstance(error, NothingLoaded):
        return markdown.plain(failures.said(error))
    return _(
        "Not one of {n} rows could be used, so the data stays as it was: {reasons}.",
        n=formats.number(error.summary.read),
        reasons=_reasons(error.summary),
    )


def _reasons(summary: Summary) -> str:
    """Why rows and cells were refused, and rows left out."""
    counts = {labels.reason_label(reason): count for reason, count in summary.reasons.items()}
    for rule, count in summary.left_out.items():
        counts[_("left out, as only rows with {rule} count", rule=markdown.plain(rule))] = count
    return ", ".join(f"{what} ({formats.number(count)})" for what, count in counts.items())


def _say_summary() -> None:
    summary: Summary | None = st.session_state.pop(_SUMMARY, None)
    if summary is None:
        return
    if summary.unchanged:
        st.info(_("All of it was there already; nothing has changed."), icon=":material/check:")
        return
    text = _n(
        "{n} row loaded; there are {leads} leads now.",
        "{n} rows loaded; there are {leads} leads now.",
        summary.loaded,
        leads=formats.number(summary.leads),
    )
    refused = summary.refused + summary.cells + sum(summary.left_out.values())
    if refused:
        text += " " + _(
            "{n} refused or left out: {reasons}.",
            n=formats.number(refused),
            reasons=_reasons(summary),
        )
    if summary.cells:
        text += " " + _n(
            "{n} of them is a cell of a row that was loaded.",
            "{n} of them are cells of rows that were loaded.",
            summary.cells,
        )
    st.success(text, icon=":material/check_circle:")
    for notice in summary.notices:
        st.info(markdown.plain(labels.notice_label(notice)), icon=":material/info:")
