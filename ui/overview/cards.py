"""The cards of the overview: its figures, and what to look at first, each with its proof."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from analytics.funnel.key_figures import Figure, Health
from analytics.scope import Scope
from ui import answers, navigation
from ui.bottlenecks import story
from ui.language import formats, quantities
from ui.language.messages import _
from ui.page import card, markdown, steps

_BAD, _NEUTRAL = ":material/trending_down:", ":material/info:"


def top(scope: Scope) -> None:
    """Up to three things worth knowing, the surest first, and the way to the page about them."""
    stories = story.top(scope)
    is_bad = any(each.is_bad for each in stories)
    title = _("What to look at first") if is_bad else _("Nothing stands out for sure")
    with card.card(title, _("Called sure only beyond noise. Each figure leads to its proof.")):
        for each in stories:
            icon = f":red[{_BAD}]" if each.is_bad else f":gray[{_NEUTRAL}]"
            st.markdown(f"{icon} {each.text}")
        navigation.link("bottlenecks", _("See the bottlenecks"))


def tiles(scope: Scope, health: Health) -> None:
    """The six figures of the overview, each with its n, its change and its course."""
    at = scope.at(replace(scope.view, level="group", by=None, mode="flow"))
    trend = answers.trend(at).rows
    grid = st.grid(3, min_column_width=150)
    with grid:
        for figure in health.counts:
            course = trend.loc[trend["stage"] == figure.name, "reached"]
            label = markdown.plain(steps.label(at, figure.name))
            _tile(label, formats.number(figure.value), figure, course)
        conversion = _mature(scope, health)
        _tile(
            _("Win rate :small[n={n}]", n=formats.number(health.conversion.n)),
            formats.percent(health.conversion.value),
            health.conversion,
            conversion,
        )
        won = trend.loc[trend["stage"] == health.counts[-1].name, "median_seconds"]
        _tile(
            _("Median time :small[n={n}]", n=formats.number(health.seconds.n)),
            quantities.duration(health.seconds.value),
            health.seconds,
            won.dropna(),
            good_when="less",
        )


def _tile(
    label: str, value: str, figure: Figure, course: pd.Series, *, good_when: str = "more"
) -> None:
    delta, about = _change(figure)
    colour = "off" if not figure.sure else "normal" if good_when == "more" else "inverse"
    st.metric(
        label,
        value,
        delta,
        delta_color=colour,  # type: ignore[arg-type]  # a literal, by construction
        delta_description=about,
        border=True,
        height="stretch",
        chart_data=course.astype(float).tolist() if len(course) > 1 else None,
        chart_type="line",
    )


def _change(figure: Figure) -> tuple[str | None, str | None]:
    """The change against the period before, and from what; nothing where there is none."""
    if not figure.earlier or figure.value is None:
        return None, None
    if figure.name == "conversion":
        delta = quantities.points(figure.value - figure.earlier)
        before = formats.percent(figure.earlier)
    else:
        delta = formats.change(figure.value / figure.earlier - 1)
        before = (
            quantities.duration(figure.earlier)
            if figure.name == "seconds"
            else formats.number(figure.earlier)
        )
    # Streamlit reads the direction from a plain hyphen.
    delta = delta.replace("−", "-")
    if figure.sure:
        return delta, _("was {before}", before=before)
    # Beside points the word has no room on a phone; grey says it there.
    return delta, None if figure.name == "conversion" else _("unclear")


def _mature(scope: Scope, health: Health) -> pd.Series:
    """Conversion by time of entry, without the entries that had less than the median time."""
    view = replace(scope.view, level="group", by=None, mode="cohort")
    trend = answers.trend(scope.at(view)).rows
    rows = trend[trend["stage"] == health.counts[-1].name]
    patience = pd.Timedelta(seconds=health.seconds.value or 0)
    return rows.loc[rows["bucket"] <= pd.Timestamp(scope.as_of) - patience, "of_first"].dropna()
