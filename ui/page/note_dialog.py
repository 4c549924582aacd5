"""The dialog of notes: all there are, and the way to write one, to change it and to remove it."""

import logging
from dataclasses import replace

import streamlit as st

from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.view import View
from data.errors import StateRefused
from data.state.note import MOST_NAME, MOST_TEXT, Decision, Note, NoteError
from ui import navigation, session
from ui.language import formats, labels
from ui.language.messages import N_, _
from ui.page import dialog, dimensions, effects, notes
from ui.page.form import Form
from ui.page.markdown import gray, plain

_PINS = {"day": N_("A day"), "stage": N_("A step"), "segment": N_("A group of leads")}
_LACKS = {
    "text": N_("Write what happened."),
    "author": N_("Write your name, so that others can ask."),
    "who": N_("Say who does it."),
    "pin": N_("Say what it is about."),
}
_CHANGED, _AUTHOR, _TURN = "note_changed", "note_author", "note_turn"
_REFUSED = "note_refused"


def button() -> None:
    """The button of the page's frame that opens it."""
    dialog.button(_("Notes"), "notes", _told, icon=":material/sticky_note_2:", type="tertiary")


def _told() -> None:
    scope = session.current()
    written = {note.id: note for note in notes.every()}
    changed = written.get(st.session_state.get(_CHANGED))
    if session.visitor().may_share:
        _form(scope, changed)
    if changed is None:
        if not written:
            st.markdown(gray(_("No notes yet.")))
        for note in reversed(written.values()):
            _one(scope, note)


def _one(scope: Scope, note: Note) -> None:
    """A note that is there: what it is pinned to, and what can be done with it."""
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        star = f"{notes.STAR} " if note.decision is not None else ""
        st.markdown(
            f"{star}{plain(notes.in_words(note))}  \n{gray(plain(_pinned(scope, note)))}",
            width="stretch",
        )
        if not session.visitor().may_share:
            return
        with st.container(horizontal=True, width="content"):
            st.button(
                _("Change it"),
                icon=":material/edit:",
                type="tertiary",
                key=session.key(f"change_{note.id}"),
                on_click=_change,
                args=(note.id,),
            )
            st.button(
                _("Remove it"),
                icon=":material/delete:",
                type="tertiary",
                key=session.key(f"remove_{note.id}"),
                on_click=_remove,
                args=(note.id,),
            )


def _pinned(scope: Scope, note: Note) -> str:
    """What a note is pinned to."""
    parts = []
    if note.stage is not None:
        parts.append(labels.stage_label(scope.generation.pipeline, note.stage))
    if note.segment is not None:
        dimension, value = note.segment
        parts.append(f"{labels.dimension_label(dimension)} {labels.value_label(dimension, value)}")
    if note.written_at is not None:
        parts.append(formats.day(scope.day(note.written_at)))
    return " · ".join(parts)


# --- writing ----------------------------------------------------------------------------------


def _form_of(note: Note | None) -> Form:
    """What a note is written with; the next new one begins empty."""
    return Form(f"note_{note.id if note else f'new_{st.session_state.get(_TURN, 0)}'}")


def _form(scope: Scope, note: Note | None) -> None:
    form = _form_of(note)
    st.text_area(
        _("What happened, or was decided?"),
        max_chars=MOST_TEXT,
        height=90,
        key=form.key("text", note.text if note else ""),
    )
    _ask_pin(scope, note, form)
    if not session.visitor().name:
        st.text_input(
            _("Your name"),
            max_chars=MOST_NAME,
            key=form.key("author", note.author if note else st.session_state.get(_AUTHOR, "")),
        )
    decided = note.decision if note else None
    if st.toggle(
        _("It was decided {star}", star=notes.STAR), key=form.key("decided", decided is not None)
    ):
        _ask_decision(scope, decided, form)
    with st.container(horizontal=True):
        st.button(
            _("Save the note"),
            type="primary",
            key=form.key("keep"),
            on_click=_keep,
            args=(note, form),
        )
        if note is not None:
            st.button(_("Cancel"), on_click=_change, args=(None,))
    if refused := st.session_state.pop(_REFUSED, None):
        st.error(_(refused), icon=":material/error:")


def _ask_pin(scope: Scope, note: Note | None, form: Form) -> None:
    """What the note is about."""
    pin = next((name for name in _PINS if note and getattr(note, name)), "day")
    st.segmented_control(
        _("It is about"),
        list(_PINS),
        format_func=lambda name: _(_PINS[name]),
        required=True,
        key=form.key("pin", pin),
    )
    if form["pin"] == "stage":
        pipeline = scope.generation.pipeline
        st.selectbox(
            _("Step"),
            pipeline.slugs,
            format_func=lambda slug: labels.stage_label(pipeline, slug),
            key=form.key("stage", note.stage if note else None),
        )
    elif form["pin"] == "segment":
        _ask_segment(scope, (note.segment if note else None) or (None, None), form)
    else:
        day = (note.day if note else None) or scope.day(scope.as_of)
        st.date_input(_("Day"), format=formats.day_field(), key=form.key("day", day))


def _ask_segment(scope: Scope, before: tuple[str | None, str | None], form: Form) -> None:
    with st.container(horizontal=True):
        dimension = st.selectbox(
            _("By"),
            dimensions.offered(scope),
            format_func=labels.dimension_label,
            key=form.key("dimension", before[0]),
        )
        values = [value for value, _leads in vocabulary.values(scope.generation, dimension)]
        st.selectbox(
            _("Group"),
            values,
            index=values.index(before[1]) if (dimension, before[1]) == before else 0,
            format_func=lambda value: labels.value_label(dimension, value),
            key=form.key(f"value_{dimension}"),
        )


def _ask_decision(scope: Scope, before: Decision | None, form: Form) -> None:
    """Who does it by when, and what it is to bring: what is tried out in the view."""
    with st.container(horizontal=True):
        st.text_input(
            _("Who does it"), max_chars=MOST_NAME, key=form.key("who", before.who if before else "")
        )
        st.date_input(
            _("By when"),
            format=formats.day_field(),
            key=form.key("due", before.due if before else scope.day(scope.as_of)),
        )
    if tried := effects.expected(scope, scope.view.scenario):
        st.checkbox(
            _("Expected effect: {what}", what=plain(tried)),
            key=form.key("expects", before is None or before.expected == _tried(scope.view)),
        )
    elif before is None or not before.expected:
        st.markdown(gray(_("To compare it later with what happens, try it out first:")))
        navigation.link("bottlenecks", _("What if … →"), replace(scope.view, tab="what-if"))


def _tried(view: View) -> str:
    """What is tried out in a view, and for which leads, as a decision keeps it."""
    return View(filters=view.filters, excluded=view.excluded, scenario=view.scenario).to_link()


def _keep(note: Note | None, form: Form) -> None:
    """Keeps what is written, and begins anew; or shows what is wrong with it."""
    state = st.session_state
    if not session.visitor().may_share:
        return
    try:
        notes.keep(_written(note, form))
    except NoteError as error:
        state[_REFUSED] = _LACKS[str(error)]
    except StateRefused as error:
        logging.getLogger("pheu").error("A note was not kept", exc_info=error)
        state[_REFUSED] = N_("The note could not be saved. Try again later.")
    else:
        state[_AUTHOR] = form["author"] or ""
        _change(None)


def _author(note: Note | None, form: Form) -> str:
    """Who wrote it: where people sign in it is known, and whoever changes it is another."""
    name = session.visitor().name
    if name:
        return note.author if note else name
    return str(form["author"])


def _written(note: Note | None, form: Form) -> Note:
    """The note that the form says. Raises NoteError."""
    pin, dimension = form["pin"], form["dimension"]
    decision = None
    if form["decided"]:
        before = note.decision.expected if note and note.decision else ""
        expected = _tried(session.view()) if form["expects"] else before
        decision = Decision(form["who"], form["due"], expected)
    return Note(
        form["text"],
        _author(note, form),
        day=form["day"] if pin == "day" else None,
        stage=form["stage"] if pin == "stage" else None,
        segment=(dimension, form[f"value_{dimension}"]) if pin == "segment" else None,
        decision=decision,
        id=note.id if note else None,
    )


def _change(number: int | None) -> None:
    """Begins to change a note that is there, or anew."""
    state = st.session_state
    state[_CHANGED], state[_TURN] = number, state.get(_TURN, 0) + 1


def _remove(number: int) -> None:
    if not session.visitor().may_share:
        return
    try:
        notes.remove(number)
    except StateRefused as error:
        logging.getLogger("pheu").error("A note was not removed", exc_info=error)
