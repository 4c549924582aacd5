"""The first step: files come in, and each says what it is before anything is asked."""

from functools import partial

import streamlit as st

from data.files.preview import Preview
from data.store import Store
from ui import session
from ui.board import board
from ui.data.wizard import choice, export_guide, reading, saved, stepper, template, words
from ui.data.wizard.plan import IGNORE, KEEP, Plan, PlannedFile
from ui.language import failures, formats
from ui.language.messages import N_, _, _n
from ui.page import card, certainty, layout
from ui.page.markdown import gray, plain

_UPLOADS = "wizard_uploads"
_ROWS, _COLUMNS = 3, 4  # of a file that are shown
_TELLING = ("lead_id", "stage", "created_at", "name", "entered_at", "company", "source", "phone")
"""The fields that show best whether a file was read in the right way."""

_DELIMITERS = {
    ",": N_("commas"),
    ";": N_("semicolons"),
    "\t": N_("tabs"),
    "|": N_("vertical bars"),
}
_LONGEST, _SHORT = 40, 12  # letters of a cell
_ABOVE = 4  # lines above the header that are shown
_DEEPEST = 1_000  # the last line that may be one of column names


def show(store: Store, plan: Plan) -> None:
    """The files on the left, what each of them is on the right."""
    reading.look(plan)
    if not plan.files:
        with card.card(
            _("Choose the file of your customers"),
            _("CSV, Excel, or an export of your CRM; several at once if they belong together."),
        ):
            _uploader(store, plan)
            _ways()
        return
    left, right = layout.split(2, 3, name="files")
    with left, card.card(_("Your files"), _("More can be added: moves, spend, contacts.")):
        for file in plan.files:
            _line(plan, file)
        _uploader(store, plan)
        if plan.is_readable:
            template.link()
            export_guide.link()
    with right:
        saved.offer(store, plan)
        for file in plan.files:
            _seen(plan, file)
    stepper.bar(plan, ready=plan.is_readable)


def _ways() -> None:
    """Help where no file fits: the template, and the way to an export."""
    with st.container(horizontal=True, gap="small"):
        template.link()
        export_guide.link()


def _uploader(store: Store, plan: Plan) -> None:
    """Takes in what is dropped; a new one stands there for more after that."""
    number = st.session_state.setdefault(_UPLOADS, 0)
    most = formats.number(int(st.get_option("server.maxUploadSize")))
    chosen = st.file_uploader(
        _("CSV, TSV, Excel or Parquet, also as .gz; up to {most} MB each", most=most),
        accept_multiple_files=True,
        key=session.key(f"upload_{number}"),
    )
    if not chosen:
        return
    for brought in chosen:
        reading.take_in(store, plan, brought)
    st.session_state[_UPLOADS] = number + 1
    st.rerun()


def _line(plan: Plan, file: PlannedFile) -> None:
    """A file by its name, how much it is, and the way to leave it out."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        icon = "description" if file.top is not None else "block"
        said = _about(file) if file.top is not None else _("cannot be read")
        st.markdown(f":material/{icon}: **{plain(file.name)}** {gray('· ' + said)}")
        st.space("stretch")
        st.button(
            _("Remove {name}", name=file.name),
            icon=":material/close:",
            type="tertiary",
            on_click=plan.files.remove,
            args=(file,),
            key=session.key(f"icon_remove_{plan.files.index(file)}"),
        )


def _seen(plan: Plan, file: PlannedFile) -> None:
    """What a file is, as far as its top says; or why it is none that can be loaded."""
    if file.top is None:
        with card.card(_("{name} cannot be read", name=plain(file.name))):
            if file.error is not None:
                st.error(plain(failures.said(file.error)), icon=":material/error:")
            _header(file)
            st.markdown(
                gray(_("Remove it and choose another: an export as CSV or Excel, not a picture."))
            )
            if file is next(each for each in plan.files if each.top is None):
                _ways()
        return
    assert file.proposal is not None
    with card.card(plain(words.product(file)), plain(file.name)):
        badge = certainty.badge(words.SUGGESTED[file.proposal.certainty])
        st.markdown(f"{badge} {words.why_so_sure(file)}")
        st.markdown(gray(" · ".join(_how_read(file.top))))
        if file.top.above:
            _passed_over(file.top)
        asked = [_sheet, _header] if len(file.top.sheets) > 1 else [_header]
        for place, ask in zip(st.columns(2, gap="small"), asked, strict=False):
            with place:
                ask(file)
        _table(plan, file)


def _cell(text: str) -> board.Text:
    """A cell; a short one, such as a date or a phone, stays on one line."""
    return board.Text(text[:_LONGEST], whole=len(text) <= _SHORT)


def _weight(file: PlannedFile, header: str) -> int:
    """How late a column comes among those that show what a file is."""
    meaning = file.meanings.get(header, KEEP)
    if meaning in _TELLING:
        return _TELLING.index(meaning)
    return len(_TELLING) + (meaning in (KEEP, IGNORE))


def _about(file: PlannedFile) -> str:
    """How much there is: rows where all of them were seen, else the size of the file."""
    assert file.top is not None
    if file.top.row_count is not None:
        return words.rows(file.top.row_count)
    size = file.path.stat().st_size
    if size < 100_000:
        return f"{formats.number(-(-size // 1_000))} KB"
    return f"{formats.number(size / 1e6, 1)} MB"


def _how_read(top: Preview) -> list[str]:
    """The encoding, the delimiter: what tells an expert that it was read in the right way."""
    found = [{"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet"}.get(top.format, top.format)]
    if top.encoding is not None:
        found.append(top.encoding)
    if top.delimiter is not None:
        named = _DELIMITERS.get(top.delimiter)
        shown = _(named) if named else plain(top.delimiter)
        found.append(_("separated by {delimiter}", delimiter=shown))
    found.append(_n("{n} column", "{n} columns", len(top.headers)))
    return found


def _passed_over(top: Preview) -> None:
    """What stands above the header, and is no part of the table."""
    shown = " · ".join(f"“{plain(aside.text)}”" for aside in top.above[:_ABOVE])
    st.markdown(gray(_("Above the header, passed over: {lines}", lines=shown)))


def _sheet(file: PlannedFile) -> None:
    """Which sheet of a workbook is loaded."""
    assert file.top is not None
    options: dict[str | None, str] = {sheet: plain(sheet) for sheet in file.top.sheets}
    if len(file.together) > 1:
        named = ", ".join(plain(sheet) for sheet in file.together)
        options = {None: _("Together: {sheets}", sheets=named), **options}
    choice.select(
        _("Sheet; the others are not loaded"),
        options,
        file.sheet if None in options else file.top.sheet,
        f"sheet {file.path}",
        partial(_turn_to, file),
    )


def _turn_to(file: PlannedFile, sheet: str | None) -> None:
    file.sheet, file.header = sheet, None
    reading.look_again(file)


def _header(file: PlannedFile) -> None:
    """The line that the names of the columns are on, to correct where another one was found."""
    if file.found_header is None:
        return
    choice.number(
        _("Line with the column names"),
        file.header or file.found_header,
        _DEEPEST,
        f"header {file.path}",
        partial(_head, file),
    )


def _head(file: PlannedFile, line: int) -> None:
    file.header = None if line == file.found_header else line
    reading.look_again(file)


def _table(plan: Plan, file: PlannedFile) -> None:
    """The first rows, by the columns that tell most."""
    top = file.top
    assert top is not None
    shown = sorted(top.headers, key=partial(_weight, file))[:_COLUMNS]
    places = [top.headers.index(header) for header in sorted(shown, key=top.headers.index)]
    board.show(
        [board.Column(top.headers[place][:_LONGEST]) for place in places],
        [board.Row([_cell(row[place] or "") for place in places]) for row in top.rows[:_ROWS]],
        caption=_("The first rows of {name}", name=file.name),
        key=session.key(f"first_rows_{plan.files.index(file)}"),
        cards_below=480,
    )
