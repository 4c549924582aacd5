"""The forecast: the funnel as it will be, from what statuses are said to mean, or from a trial."""

import pandas as pd
import streamlit as st

from data.load.trial import Trial
from ui import charts
from ui.data.wizard.plan import Plan
from ui.language import labels
from ui.language.messages import _
from ui.page import card
from ui.page.markdown import gray


def of_statuses(plan: Plan) -> pd.DataFrame | None:
    """The funnel of a list of leads with their present status, counted from the statuses alone.

    None where moves or dates of stages say more than that: a trial tells.

    Returns: one row a group, as `ui.charts.funnel` takes it.
    """
    files = [file for file in plan.files if file.kind in ("leads", "stage_history")]
    if len(files) != 1 or not files[0].is_snapshot or files[0].survey is None:
        return None
    (file,) = files
    ranks = {slug: rank for rank, slug in enumerate(plan.pipeline.slugs)}
    all_rows, lost = file.survey.rows if file.survey else 0, 0
    at = [0] * len(ranks)
    for status, count in file.statuses:
        slug = plan.stage_of(file, status)
        if slug in ranks:
            at[ranks[slug]] += count
        elif slug in plan.pipeline.exit_slugs:
            lost += count
    at[0] += all_rows - lost - sum(at)
    steps = plan.pipeline.steps("group")
    first = [ranks[step.opened_by] for step in steps]
    reached = [sum(at[rank:]) for rank in first]
    reached[0] += lost
    is_last = [number + 1 == len(steps) for number in range(len(steps))]
    following = [*reached[1:], 0]
    left = [lost, *[0] * (len(steps) - 1)]
    return _frame(
        plan,
        reached,
        [
            None if last else here - there - gone
            for last, here, there, gone in zip(is_last, reached, following, left, strict=True)
        ],
        [None if last else gone for last, gone in zip(is_last, left, strict=True)],
    )


def of_trial(plan: Plan, found: Trial) -> pd.DataFrame:
    """The funnel that a trial led to, one row a group."""
    steps = plan.pipeline.steps("group")
    reached = [int(found.reached.get(step.opened_by, 0)) for step in steps]
    nothing: list[int | None] = [None] * len(steps)
    return _frame(plan, reached, nothing, nothing)


def draw(plan: Plan, rows: pd.DataFrame, title: str, subtitle: str, name: str) -> None:
    """The funnel in a card, with what cannot be known of a present status."""
    with card.card(title, subtitle):
        figure = charts.funnel(rows, card.look())
        card.chart(figure, f"wizard_{name}", alt=_alt(rows, title), fills=True)
        if any(file.is_snapshot for file in plan.files):
            st.markdown(
                gray(
                    _(
                        "The file has only a present status: **the funnel can be seen, the time "
                        "between the steps cannot yet.**"
                    )
                )
            )


def _alt(rows: pd.DataFrame, title: str) -> str:
    steps = ", ".join(f"{row.label} {row.reached}" for row in rows.itertuples(index=False))
    return f"{title}: {steps}"


def _frame(
    plan: Plan, reached: list[int], open_: list[int | None], lost: list[int | None]
) -> pd.DataFrame:
    steps = plan.pipeline.steps("group")
    rates = [None, *(_rate(*pair) for pair in zip(reached[1:], reached[:-1], strict=True))]
    return pd.DataFrame(
        {
            "stage": [step.slug for step in steps],
            "label": [labels.step_label(plan.pipeline, step.slug, "group") for step in steps],
            "group": [step.group for step in steps],
            "reached": reached,
            "open": pd.array(open_, dtype="Int64"),
            "lost": pd.array(lost, dtype="Int64"),
            "of_previous": rates,
            "of_previous_low": None,
            "of_previous_high": None,
        }
    )


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None
