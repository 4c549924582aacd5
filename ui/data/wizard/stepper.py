"""The stepper: where in the wizard the reader is, the way back, and the way on."""

from pathlib import Path

import streamlit as st

from ui import session
from ui.component import component
from ui.data.wizard.plan import Plan
from ui.language.messages import N_, _

STEPS = (N_("Choose files"), N_("Columns"), N_("Stages"), N_("Check and load"))
_BROWSER = Path(__file__).resolve().parent / "browser"
_UNSEEN = "h2 { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; }"
_NEXT = (N_("Next: columns"), N_("Next: stages"), N_("Next: check"))


def show(plan: Plan) -> None:
    """The four steps: those that are done lead back, the present one is blue, the rest grey."""
    with st.container(
        border=True,
        horizontal=True,
        vertical_alignment="center",
        gap="small",
        key=session.key("stepper"),
    ):
        for number, name in enumerate(STEPS):
            label = f"{number + 1} {_(name)}"
            if number < plan.step:
                st.button(
                    f":green-badge[:material/check: {_(name)}]",
                    type="tertiary",
                    on_click=go,
                    args=(plan, number),
                    key=session.key(f"step_done_{number}"),
                )
            else:
                colour = "blue" if number == plan.step else "gray"
                st.markdown(f":{colour}-badge[{label}]", width="content")
        _place(plan)


def _place(plan: Plan) -> None:
    """Says the step to those who hear the page, and takes them there when it has changed."""
    said = _("Step {n} of {all}: {name}", n=plan.step + 1, all=len(STEPS), name=_(STEPS[plan.step]))
    component("place", _BROWSER, html="<div class='place'></div>", css=_UNSEEN)(
        key="wizard_place", data={"step": plan.step, "said": said}, width="content"
    )


def bar(plan: Plan, *, ready: bool = True, label: str = "") -> bool:
    """The way back at the left, and at the right the one button that names what comes next.

    Returns whether the `label` of the last step was pressed.
    """
    with st.container(horizontal=True, key=session.key("wizard_bar")):
        if plan.step:
            st.button(
                _("Back"),
                icon=":material/arrow_back:",
                on_click=go,
                args=(plan, plan.step - 1),
                key=session.key("wizard_back"),
            )
        st.space("stretch")
        return st.button(
            label or _(_NEXT[plan.step]),
            type="primary",
            icon=":material/arrow_forward:",
            icon_position="right",
            disabled=not ready,
            on_click=None if label else go,
            args=None if label else (plan, plan.step + 1),
            key=session.key(f"wizard_next_{plan.step}"),
        )


def go(plan: Plan, step: int) -> None:
    """Goes to a step; nothing that was said is lost."""
    plan.step = step
