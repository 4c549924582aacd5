"""The cards about change: from the customers before to those now, and the velocity by lever."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from analytics.bottlenecks import change as changes
from analytics.bottlenecks.change import Change
from analytics.scope import Scope
from analytics.stats.intervals import newcombe
from analytics.view.view import segment_value
from ui import answers, charts
from ui.bottlenecks import story as bottlenecks_story
from ui.language import formats as language_formats
from ui.language import labels, quantities
from ui.language.messages import N_, _
from ui.page import card, markdown, provenance
from ui.page.provenance import Sentences

_LEVERS = {
    "open": N_("Open deals"),
    "win": N_("Win rate"),
    "amount": N_("Mean value won"),
    "days": N_("Days a deal lasts"),
}


def waterfall(scope: Scope, *, with_table: bool = False) -> None:
    """From the customers of the period before to those of this one, and what each cause did."""
    found = _found(scope)
    title = waterfall_finding(found)
    with card.card(
        title,
        _days(scope, found),
        how=_how(scope, found, "waterfall", found.waterfall),
        anchor=bottlenecks_story.CHANGE,
    ):
        if found.waterfall.empty:
            st.markdown(markdown.gray(_("One of the two periods has no leads.")))
            return
        rows = _drawn(scope, found)
        card.chart(charts.waterfall(rows, card.look()), "waterfall", alt=title)
        story = bottlenecks_story.changed(scope, found)
        if story is not None:
            st.markdown(story.text)
        if not found.is_complete:
            st.markdown(markdown.gray(_("The data does not go back to all of the earlier period.")))
        if with_table:
            card.table(
                pd.DataFrame(
                    {
                        _("What"): rows["label"],
                        _("Customers"): [
                            language_formats.number(row.value)
                            if row.kind == "total"
                            else language_formats.signed(row.value, 1)
                            for row in rows.itertuples()
                        ],
                    }
                )
            )


def dimensions(scope: Scope) -> None:
    """Which dimension explains most of the change, and what its segments did."""
    found = _found(scope)
    if found.dimension is None or found.rate is None:
        return
    title = dimensions_finding(found)
    subtitle = _(
        "Points of the share of leads that came {toward}. Rate: by the segments' own rates; mix: "
        "by other leads coming. Each dimension splits the same change.",
        toward=_toward(scope, found),
    )
    with card.card(title, subtitle, how=_how(scope, found, "change_dimensions", found.dimensions)):
        card.table(_dimension_table(found), height="auto", placeholder=language_formats.NOTHING)
        reversed_ = found.dimensions[found.dimensions["simpson"]]
        for name in reversed_["dimension"]:
            st.markdown(
                markdown.gray(
                    _(
                        "By {dimension} every segment went one way and the whole another "
                        "(Simpson's paradox): look at the segments.",
                        dimension=markdown.plain(labels.dimension_label(name).lower()),
                    )
                )
            )


def segments(scope: Scope) -> None:
    """What each segment of that dimension did, by its own rate and by its share."""
    found = _found(scope)
    if found.dimension is None or found.rate is None or found.rows.empty:
        return
    title = segments_finding(found)
    subtitle = _(
        "By {dimension}: points of the share of leads that came {toward}, and what they are made "
        "of; 95% interval of what the rate did.",
        dimension=markdown.plain(_name(found.dimension).lower()),
        toward=_toward(scope, found),
    )
    with card.card(title, subtitle, how=_how(scope, found, "change_segments", found.rows)):
        card.table(
            _segment_table(found),
            height=min(390, 38 + 35 * len(found.rows)),
            placeholder=language_formats.NOTHING,
        )


# --- findings ---------------------------------------------------------------------------------


def waterfall_finding(found: Change) -> str:
    """The largest causes in customers, those of the rates only when they are more than noise."""
    if found.waterfall.empty:
        return _("Nothing to compare with")
    values = found.waterfall.set_index("key")["value"]
    said = {
        "before": language_formats.number(found.won_before),
        "after": language_formats.number(found.won_after),
        "leads": language_formats.signed(values[changes.LEADS]),
        "mix": language_formats.signed(values[changes.MIX]),
        "rates": language_formats.signed(_rates(found)),
    }
    if found.dimension is None:
        return (
            _("{before} → {after} customers: leads {leads}, rates {rates}", **said)
            if (_rates_are_sure(found))
            else _("{before} → {after} customers: leads {leads}, rates unclear", **said)
        )
    if _rates_are_sure(found):
        return _("{before} → {after} customers: leads {leads}, mix {mix}, rates {rates}", **said)
    return _("{before} → {after} customers: leads {leads}, mix {mix}, rates unclear", **said)


def dimensions_finding(found: Change) -> str:
    """By what the mix explains most."""
    if found.dimensions.empty:
        return _("There is no dimension to split by")
    first = found.dimensions.iloc[0]
    said = {
        "dimension": markdown.plain(_name(first["dimension"])),
        "mix": quantities.points(first["mix"]),
    }
    low, high = _whole_interval(found)
    if low <= 0 <= high:
        return _("{dimension} explains most: its mix did {mix}; the whole is unclear", **said)
    return _(
        "{dimension} explains most: its mix did {mix} of {whole}",
        whole=quantities.points((found.after or 0) - (found.before or 0)),
        **said,
    )


def segments_finding(found: Change) -> str:
    """The segment that did most, and how."""
    first = found.rows.iloc[0]
    said = {
        "segment": markdown.plain(
            labels.value_label(found.dimension or "", segment_value(first["segment"]))
        ),
        "mix": quantities.points(first["mix_effect"], 2),
        "rate": quantities.points(first["rate_effect"], 2),
        "before": language_formats.percent(first["leads_before"] / found.leads_before, 0),
        "now": language_formats.percent(first["leads_after"] / found.leads_after, 0),
    }
    if abs(first["mix_effect"]) >= abs(first["rate_effect"]):
        return _("{segment} did most, by mix: {before} of the leads became {now}, {mix}", **said)
    low, high = first["rate_low"], first["rate_high"]
    if pd.notna(low) and low <= 0 <= high:
        return _("{segment} did most, by its rate: {rate}, unclear", **said)
    return _("{segment} did most, by its rate: {rate}", **said)


# --- what is drawn ----------------------------------------------------------------------------


def _found(scope: Scope) -> Change:
    return answers.change(scope.at(bottlenecks_story.of_customers(scope.view)))


def _drawn(scope: Scope, found: Change) -> pd.DataFrame:
    """The waterfall as the chart takes it."""
    sure = _rates_are_sure(found)
    rows = []
    for row in found.waterfall.itertuples(index=False):
        is_total = row.key in (changes.BEFORE, changes.AFTER)
        if row.key == changes.MIX and found.dimension is None:
            continue  # there is nothing that could be mixed
        rows.append(
            {
                "label": _cause_name(scope, row.key, row.value),
                "kind": "total" if is_total else "step",
                "value": row.value,
                "start": row.end if is_total else row.start,
                "end": row.end,
                "text": language_formats.number(row.value)
                if is_total
                else language_formats.signed(row.value),
                "sure": sure or ">" not in row.key,
                "key": row.key,
            }
        )
    return pd.DataFrame(rows)


def _cause_name(scope: Scope, key: str, value: float) -> str:
    if key == changes.BEFORE:
        return _("Before")
    if key == changes.AFTER:
        return _("This period")
    if key == changes.LEADS:
        return _("More leads") if value >= 0 else _("Fewer leads")
    if key == changes.MIX:
        return _("Better mix") if value >= 0 else _("Worse mix")
    start, _arrow, end = key.partition(">")
    return f"{_step_name(scope, start)} → {_step_name(scope, end)}"


def _step_name(scope: Scope, slug: str) -> str:
    at_level = {step.slug for step in scope.steps}
    other = "stage" if scope.view.level == "group" else "group"
    level = scope.view.level if slug in at_level else other
    name = labels.step_label(scope.generation.pipeline, slug, level)
    return name.partition(" (")[0] or name


def _rates(found: Change) -> float:
    keys = found.waterfall["key"].str.contains(">")
    return float(found.waterfall.loc[keys, "value"].sum())


def _rates_are_sure(found: Change) -> bool:
    low, high = found.rate_low, found.rate_high
    return low is not None and high is not None and (low > 0 or high < 0)


def _whole_interval(found: Change) -> tuple[float, float]:
    return newcombe(found.won_after, found.leads_after, found.won_before, found.leads_before)


# --- words and tables -------------------------------------------------------------------------


def _name(dimension: str) -> str:
    return labels.dimension_label(dimension)


def _toward(scope: Scope, found: Change) -> str:
    pipeline = scope.generation.pipeline
    return markdown.plain(labels.toward(pipeline, found.milestone, scope.view.level))


def _days(scope: Scope, found: Change) -> str:
    days = {
        "toward": _toward(scope, found),
        "now": language_formats.days_between(found.first, found.last),
        "before": language_formats.days_between(found.first_before, found.last_before),
    }
    grey = _("Grey: within noise.")
    if found.window is None:
        said = _("Leads of {before} and of {now} that came {toward}, at the same age.", **days)
    else:
        said = _(
            "Leads of {before} and of {now} that came {toward} within {window}.",
            window=quantities.days(found.window),
            **days,
        )
    return f"{said} {grey}"


def _dimension_table(found: Change) -> Styler:
    rate, mix, share = _("Rate, points"), _("Mix, points"), _("Share by mix")
    table = pd.DataFrame(
        {
            _("Dimension"): [_name(name) for name in found.dimensions["dimension"]],
            mix: found.dimensions["mix"].tolist(),
            rate: found.dimensions["rate"].tolist(),
            share: found.dimensions["explained"].tolist(),
        }
    )
    return table.style.format(
        {
            mix: _hundredths,
            rate: _hundredths,
            share: lambda value: language_formats.percent(value, 0),
        },
        na_rep=language_formats.NOTHING,
    )


def _segment_table(found: Change) -> Styler:
    rows = found.rows
    rate, mix = _("Rate, points"), _("Mix, points")
    before, now = _("Before"), _("This period")
    leads, leads_before = _("Leads now"), _("Leads before")
    name = _name(found.dimension or "")
    table = pd.DataFrame(
        {
            name: [
                labels.value_label(found.dimension or "", segment_value(segment))
                for segment in rows["segment"]
            ],
            mix: rows["mix_effect"].tolist(),
            rate: rows["rate_effect"].tolist(),
            _("95% interval"): [
                language_formats.interval(low, high, 2)
                for low, high in zip(rows["rate_low"], rows["rate_high"], strict=True)
            ],
            before: rows["before"].tolist(),
            now: rows["after"].tolist(),
            leads_before: rows["leads_before"].tolist(),
            leads: rows["leads_after"].tolist(),
        }
    )
    formats: dict[str, Any] = {mix: _hundredths, rate: _hundredths}
    formats |= {before: language_formats.percent, now: language_formats.percent}
    formats |= {leads: language_formats.number, leads_before: language_formats.number}
    return table.style.format(formats, na_rep=language_formats.NOTHING)


def _hundredths(share: float) -> str:
    """A difference of shares, in points, without the word."""
    return language_formats.signed(share * 100, 2)


def _how(scope: Scope, found: Change, name: str, rows: pd.DataFrame) -> card.How:
    sentences: Sentences = [
        (
            _("Two periods:"),
            _("of the same length and seen at the same age, else the later one is only younger."),
        ),
        (
            _("Mix:"),
            _(
                "what the changed shares of the segments did, as far as their rates differ from "
                "the whole's; rate: what their own rates did. Exact, nothing is left over."
            ),
        ),
        (_("Steps:"), _("the rates of the segments, split over the steps by logarithms.")),
        (
            _("Leads:"),
            _("what more or fewer leads alone would have brought, at the mean of both rates."),
        ),
        (
            _("Grey:"),
            _(
                "the 95% interval of what the rates did holds zero; the mix is counted, not "
                "estimated."
            ),
        ),
    ]
    view = bottlenecks_story.of_customers(scope.view)
    _earlier, later = changes.periods(scope.at(view))
    names = found.dimensions["dimension"].tolist() or [found.dimension or "source"]
    slugs = [step.slug for step in later.steps]
    stages = [step.opened_by for step in later.steps[: slugs.index(found.milestone) + 1]]
    return provenance.how_by_hand(
        scope,
        name,
        sentences,
        rows,
        "bottlenecks/change",
        asked=replace(later, dimensions=tuple(names)),
        asked_stages=stages,
    )
