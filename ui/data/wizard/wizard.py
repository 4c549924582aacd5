"""The wizard: its steps in turn, over a plan that the session keeps."""

from typing import Any

import streamlit as st

from data.draft import DEFAULT_TIME_ZONE
from data.pipeline import Pipeline
from data.store import Store
from ui.data.wizard import (
    check_step,
    columns_step,
    file_step,
    outcome,
    stepper,
    values_step,
)
from ui.data.wizard.plan import Plan

_PLAN = "wizard_plan"


def show(store: Store) -> bool:
    """The step that the reader is at. Returns whether files are on their way in.

    Then nothing else of the page matters until they are loaded, or taken away.
    """
    plan = _plan(store)
    outcome.say()
    stepper.show(plan)
    if not plan.files:
        plan.step = 0
    with _place(plan.step):
        match plan.step:
            case 0:
                file_step.show(store, plan)
            case 1:
                columns_step.show(plan)
            case 2:
                values_step.show(store, plan)
            case _:
                if check_step.show(store, plan):
                    _finish(plan)
                    st.rerun()
    return bool(plan.files)


def _place(step: int) -> Any:
    """The place of a step; those of the others are emptied.

    In one place for all of them the browser would show the step before below this one, until all
    of this one has come.
    """
    places = [
        st.container() if number == step else st.empty() for number in range(len(stepper.STEPS))
    ]
    return places[step]


def _plan(store: Store) -> Plan:
    """The session's plan; a new one begins from what a load would find in the store."""
    state = st.session_state
    if _PLAN not in state:
        state[_PLAN] = _begin(store)
    found: Plan = state[_PLAN]
    return found


def _begin(store: Store) -> Plan:
    generation = None if store.current() is None else store.generation()
    if generation is None or generation.is_outdated or generation.sample:
        # Nothing can be added to data that cannot be read; it is kept as a version.
        is_read = generation is None or not generation.is_outdated
        mode = None if is_read else "replace"
        return Plan(Pipeline.default(), DEFAULT_TIME_ZONE, mode=mode)
    return Plan(generation.pipeline, generation.time_zone, is_added_to=True, mode="merge")


def _finish(plan: Plan) -> None:
    """Forgets the plan, and removes its files."""
    if plan.shelf is not None:
        plan.shelf.clear()
    del st.session_state[_PLAN]
