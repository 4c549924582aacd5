"""The first step: files come in, and each says what it is before anything is asked."""

from functools import partial

import streamlit as st

from data.files.preview import Preview
from data.store import Store
from ui import session
from ui.board import board
from ui.data.wizard import choice, reading, saved, stepper, template, words
from ui.data.wizard.plan import KEEP, Plan, PlannedFile
from ui.language import failures, formats
from ui.language.messages import _, _n
from ui.page import card, certainty, layout
from ui.page.markdown import gray, plain

_UPLOADS = "wizard_uploads"
_ROWS, _COLUMNS = 3, 5  # of a file that are shown
_LONGEST = 40  # letters of a cell
_ABOVE = 4  # lines above the header that are shown


def show(store: Store, plan: Plan) -> None:
    """The files on the left, what each of them is on the right."""
    reading.look(plan)
    if not plan.files:
        with card.card(
            _("Choose the file of your customers"),
            _("CSV, Excel, or an export of your CRM; several at once if they belong together."),
        ):
            _uploader(store, plan)
            template.link()
        return
    left, right = layout.split(2, 3, name="files")
    with left, card.card(_("Your files"), _("More can be added: moves, spend, contacts.")):
        for file in plan.files:
            _line(plan, file)
        _uploader(store, plan)
        template.link()
    with right:
        saved.offer(store, plan)
        for file in plan.files:
            _seen(plan, file)
    stepper.bar(plan, ready=plan.is_readable)


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
            st.markdown(
                gray(_("Remove it and choose another: an export as CSV or Excel, not a picture."))
            )
        return
    assert file.proposal is not None
    with card.card(plain(words.product(file)), plain(file.name)):
        st.markdown(
            certainty.badge(words.SUGGESTED[file.proposal.certainty])
            + " "
            + gray(" · ".join(_how_read(file.top)))
        )
        if file.top.above:
            _passed_over(file.top)
        _sheet(file)
        _table(plan, file)


def _about(file: PlannedFile) -> str:
    """How much there is: rows where all of them were seen, else the size of the file."""
    assert file.top is not None
    if file.top.row_count is not None:
        return words.rows(file.top.row_count)
    return f"{formats.number(file.path.stat().st_size / 1e6, 1)} MB"


def _how_read(top: Preview) -> list[str]:
    """The encoding, the delimiter: what tells an expert that it was read in the right way."""
    found = [{"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet"}.get(top.format, top.format)]
    if top.encoding is not None:
        found.append(top.encoding)
    if top.delimiter is not None:
        shown = _("tab") if top.delimiter == "\t" else plain(top.delimiter)
        found.append(_("parted by {delimiter}", delimiter=shown))
    found.append(_n("{n} column", "{n} columns", len(top.headers)))
    return found


def _passed_over(top: Preview) -> None:
    """What stands above the header, and is no part of the table."""
    shown = " · ".join(f"“{plain(aside.text)}”" for aside in top.above[:_ABOVE])
    st.markdown(gray(_("Above the header, passed over: {lines}", lines=shown)))


def _sheet(file: PlannedFile) -> None:
    """Which sheet of a workbook is loaded, where several hold something."""
    assert file.top is not None
    if len(file.top.sheets) < 2:
        return
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
    file.sheet = sheet
    reading.look_again(file)


def _table(plan: Plan, file: PlannedFile) -> None:
    """The first rows, by the columns that were recognised."""
    top = file.top
    assert top is not None
    known = [header for header in top.headers if file.meanings.get(header, KEEP) != KEEP]
    others = [header for header in top.headers if header not in known]
    shown = [*known, *others][:_COLUMNS]
    places = [top.headers.index(header) for header in sorted(shown, key=top.headers.index)]
    board.show(
        [board.Column(top.headers[place][:_LONGEST]) for place in places],
        [
            board.Row([board.Text((row[place] or "")[:_LONGEST]) for place in places])
            for row in top.rows[:_ROWS]
        ],
        caption=_("The first rows of {name}", name=file.name),
        key=session.key(f"first_rows_{plan.files.index(file)}"),
        cards_below=480,
    )
