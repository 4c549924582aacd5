"""Mappings that were saved by name: offered when a file of that kind comes again, and kept."""

import streamlit as st

from data.errors import StoreError
from data.mapping import saved as kept
from data.mapping.mapping import MappingError
from data.store import Store
from ui import session
from ui.data.wizard.plan import Plan
from ui.language import failures
from ui.language.messages import _
from ui.page import card
from ui.page.markdown import plain


def offer(store: Store, plan: Plan) -> None:
    """Offers the mapping that was saved for files of these headers."""
    if not plan.is_readable or plan.is_from_saved:
        return
    try:
        name = kept.find(store, [file.top for file in plan.files if file.top is not None])
    except (StoreError, OSError, ValueError):  # it is a convenience: a damaged one is not offered
        return
    if name is None:
        return
    with card.card(
        _("You have loaded such a file before"),
        _("The saved mapping “{name}” says what its columns and values are.", name=plain(name)),
    ):
        st.button(
            _("Use it"),
            icon=":material/bookmark:",
            on_click=_use,
            args=(store, plan, name),
            key=session.key("wizard_use_saved"),
        )


def _use(store: Store, plan: Plan, name: str) -> None:
    plan.follow(kept.read(store, name))


def keep(store: Store, plan: Plan) -> None:
    """Keeps the mapping under a name, for the next file of that kind."""
    with st.expander(_("Save what was said for the next file of this kind")):
        name = st.text_input(
            _("Name of the mapping"), max_chars=60, key=session.key("wizard_mapping_name")
        )
        if st.button(
            _("Save"),
            icon=":material/bookmark_add:",
            disabled=not name.strip(),
            key=session.key("wizard_save_mapping"),
        ):
            headers = [file.top.headers for file in plan.files if file.top is not None]
            try:
                kept.save(store, name.strip(), plan.mapping(), headers)
            except (MappingError, OSError) as error:
                st.error(plain(failures.said(error)), icon=":material/error:")
            else:
                st.success(_("Saved. It is offered with the next file that has these columns."))
