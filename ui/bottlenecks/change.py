"""The cards about change: from the customers before to those now, by rate and by mix."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from analytics.bottlenecks.change import Change
from analytics.bottlenecks.waterfall import AFTER, BEFORE, LEADS, MIX
from analytics.certainty import Certainty
from analytics.scope import Scope
from analytics.view.parameters import DEFAULT_PERIOD
from analytics.view.view import segment_value
from ui import answers, charts, session
from ui.bottlenecks import names, story
from ui.language import formats, labels, quantities
from ui.language.messages import N_, _
from ui.page import card, certainty, headline, markdown, notes, provenance, table
from ui.page.headline import Link
from ui.page.provenance import Sentences
from ui.page.table import Column

_RATES, _OTHERS = "rates", "others"
_OF_SOURCES = ("source", "channel", "campaign")
_CAUSES = {  # when they add customers, and when they take some
    LEADS: (N_("more leads"), N_("fewer leads")),
    MIX: (N_("better lead sources"), N_("weaker lead sources")),
    _OTHERS: (N_("better leads"), N_("weaker leads")),
    _RATES: (N_("higher rates"), N_("lower rates")),
}


def show_headline(scope: Scope) -> None:
    """What did most to the number of customers, and where to look on."""
    found = _found(scope)
    headline.show(waterfall_finding(found), link=where_to_look(scope, found))


def waterfall(scope: Scope, *, with_table: bool = False) -> None:
    """From the customers of the period before to those of this one, and what each cause did."""
    found = _found(scope)
    finding = waterfall_finding(found)
    how = _how(found, "waterfall", found.waterfall)
    with card.card(_("What made the difference"), _days(found), how=how, anchor=story.CHANGE):
        if found.waterfall.empty:
            st.markdown(markdown.gray(_("One of the two periods has no leads.")))
            return
        if _nobody_won(found):
            st.markdown(markdown.gray(_("There is nothing to take apart before the first one.")))
            return
        rows = _drawn(scope, found)
        steps = {key.partition(">")[0]: key for key in rows["key"] if ">" in key}
        axis = notes.of_steps(scope, steps, steps.__getitem__)
        card.chart(charts.waterfall(rows, card.look()), "waterfall", alt=finding, axis=axis)
        if not found.is_complete:
            st.markdown(markdown.gray(_("The data does not go back to all of the earlier period.")))
        if with_table:
            texts = [
                formats.number(row.value) if row.kind == "total" else formats.signed(row.value, 1)
                for row in rows.itertuples()
            ]
            columns = [
                Column(_("What"), rows["label"]),
                Column(_("Customers"), rows["value"], texts),
            ]
            table.show(columns)


def dimensions(scope: Scope) -> None:
    """Which dimension explains most of the change, and what its segments did."""
    found = _found(scope)
    if found.dimension is None or found.rate is None:
        return
    title = dimensions_finding(found)
    subtitle = _("Points of the share of leads that came {toward}", toward=_toward(scope, found))
    reading = _(
        "Rate: by the segments' own rates; mix: by other leads coming. Each dimension splits the "
        "same change."
    )
    how = _how(found, "change_dimensions", found.dimensions)
    with card.card(title, subtitle, how=how):
        table.read(_dimension_columns(found), caption=title, key=session.key("change_dimensions"))
        st.markdown(markdown.gray(reading))
        for name in found.dimensions.loc[found.dimensions["simpson"], "dimension"]:
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
        dimension=markdown.plain(labels.dimension_label(found.dimension).lower()),
        toward=_toward(scope, found),
    )
    with card.card(title, subtitle, how=_how(found, "change_segments", found.rows)):
        table.read(
            _segment_columns(found),
            caption=title,
            key=session.key("change_segments"),
            secondary=[_("Leads before"), _("Leads now")],
        )


# --- findings ---------------------------------------------------------------------------------


def waterfall_finding(found: Change) -> str:
    """What did most, and what went against it; rates only when they are more than noise."""
    if found.waterfall.empty:
        return _("Nothing to compare with")
    if _nobody_won(found):
        return _("No customers yet, in either period")
    said = {
        "before": formats.number(found.won_before),
        "after": formats.number(found.won_after),
    }
    causes = _causes(found)
    if not causes:
        return _("{before} → {after} customers: nothing changed clearly", **said)
    first = _CAUSES[causes[0][0]][causes[0][1] < 0]
    against = [each for each in causes[1:] if (each[1] < 0) != (causes[0][1] < 0)]
    if against:
        said["but"] = _(_CAUSES[against[0][0]][against[0][1] < 0])
        return _(
            "{cause}, but {but}: {before} → {after} customers", cause=_capital(_(first)), **said
        )
    return _("{cause}: {before} → {after} customers", cause=_capital(_(first)), **said)


def dimensions_finding(found: Change) -> str:
    """By what the mix explains most."""
    if found.dimensions.empty:
        return _("There is no dimension to split by")
    first = found.dimensions.iloc[0]
    said = {
        "dimension": markdown.plain(labels.dimension_label(first["dimension"])),
        "mix": quantities.points(first["mix"]),
    }
    if found.low is None or found.high is None or found.low <= 0 <= found.high:
        return _("{dimension} explains most; the whole change is unclear", **said)
    return _("{dimension} explains most: {mix} by other leads coming", **said)


def segments_finding(found: Change) -> str:
    """The segment that did most, and how."""
    first = found.rows.iloc[0]
    said = {
        "segment": markdown.plain(
            labels.value_label(found.dimension or "", segment_value(first["segment"]))
        ),
        "before": formats.percent(first["leads_before"] / found.leads_before, 0),
        "now": formats.percent(first["leads_after"] / found.leads_after, 0),
    }
    if abs(first["mix_effect"]) >= abs(first["rate_effect"]):
        return _("{segment} did most: {before} of the leads, now {now}", **said)
    low, high = first["rate_low"], first["rate_high"]
    if pd.notna(low) and low <= 0 <= high:
        return _("{segment} did most, by its own rate; unclear", **said)
    return _("{segment} did most, by its own rate", **said)


# --- what is drawn ----------------------------------------------------------------------------


def _found(scope: Scope) -> Change:
    return answers.change(scope.at(story.of_customers(scope.view)))


def _drawn(scope: Scope, found: Change) -> pd.DataFrame:
    """The waterfall as the chart takes it."""
    sure = _rates_are_significant(found)
    rows = []
    for row in found.waterfall.itertuples(index=False):
        is_total = row.key in (BEFORE, AFTER)
        if row.key == MIX and found.dimension is None:
            continue  # there is nothing that could be mixed
        rows.append(
            {
                "label": _cause_name(scope, found, row.key, row.value),
                "kind": "total" if is_total else "step",
                "value": row.value,
                "start": row.end if is_total else row.start,
                "end": row.end,
                "text": formats.number(row.value)
                if is_total
                else formats.signed(row.value)
                if sure or ">" not in row.key
                else f"{formats.signed(row.value)} {certainty.word(Certainty.UNCLEAR)}",
                "sure": sure or ">" not in row.key,
                "key": row.key,
            }
        )
    return pd.DataFrame(rows)


def _causes(found: Change) -> list[tuple[str, float]]:
    """What made the difference beyond noise and by how many customers, the most first."""
    mix = MIX if _is_of_sources(found) else _OTHERS
    causes = [
        (mix if row.key == MIX else row.key, row.value)
        for row in found.waterfall.itertuples(index=False)
        if row.key in (LEADS, MIX) and not (row.key == MIX and not found.dimension)
    ]
    if _rates_are_significant(found):
        causes.append((_RATES, _rates(found)))
    return sorted((each for each in causes if round(each[1])), key=lambda each: -abs(each[1]))


def where_to_look(scope: Scope, found: Change) -> Link | None:
    """The page about the first cause that takes customers, else about the first of all."""
    causes = _causes(found)
    if not causes:
        return None
    cause, _value = next((each for each in causes if each[1] < 0), causes[0])
    view = replace(scope.view, tab=None, by=None, stage=None, place=None)
    if cause == _RATES:
        return "bottlenecks", _("See which step changed →"), view
    lately = view.during(DEFAULT_PERIOD)
    if cause == _OTHERS:
        return "funnel", _("See the segments →"), replace(lately, by=found.dimension)
    return "sources", _("See where to put money →"), lately


def _cause_name(scope: Scope, found: Change, key: str, value: float) -> str:
    if key == BEFORE:
        return _("Before")
    if key == AFTER:
        return _("This period")
    if key == LEADS:
        return _("More leads") if value >= 0 else _("Fewer leads")
    if key == MIX and _is_of_sources(found):
        return _("Better sources") if value >= 0 else _("Weaker sources")
    if key == MIX:
        return _("Better leads") if value >= 0 else _("Weaker leads")
    start, _arrow, end = key.partition(">")
    return f"{names.step(scope, start)} → {names.step(scope, end)}"


def _nobody_won(found: Change) -> bool:
    return not found.won_before and not found.won_after


def _is_of_sources(found: Change) -> bool:
    """Whether it is the sources that are mixed otherwise, and not, say, the industries."""
    return found.dimension in _OF_SOURCES


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _rates(found: Change) -> float:
    keys = found.waterfall["key"].str.contains(">")
    return float(found.waterfall.loc[keys, "value"].sum())


def _rates_are_significant(found: Change) -> bool:
    low, high = found.rate_low, found.rate_high
    return low is not None and high is not None and (low > 0 or high < 0)


# --- words and tables -------------------------------------------------------------------------


def _toward(scope: Scope, found: Change) -> str:
    pipeline = scope.generation.pipeline
    return markdown.plain(labels.toward(pipeline, found.milestone, scope.view.level))


def _days(found: Change) -> str:
    days = {
        "now": formats.days_between(found.first, found.last),
        "before": formats.days_between(found.first_before, found.last_before),
    }
    if found.window is None:
        return _("Leads of {now} against {before}, at the same age.", **days)
    return _(
        "Leads of {now} against {before}, followed for {window}.",
        window=quantities.days(found.window),
        **days,
    )


def _dimension_columns(found: Change) -> list[Column]:
    rows = found.dimensions
    return [
        Column(_("Dimension"), [labels.dimension_label(name) for name in rows["dimension"]]),
        Column(_("Mix, points"), rows["mix"], _points),
        Column(_("Rate, points"), rows["rate"], _points),
        Column(_("Share by mix"), rows["explained"], lambda share: formats.percent(share, 0)),
    ]


def _segment_columns(found: Change) -> list[Column]:
    rows, dimension = found.rows, found.dimension or ""
    segments = [labels.value_label(dimension, segment_value(name)) for name in rows["segment"]]
    limits = zip(rows["rate_low"], rows["rate_high"], strict=True)
    return [
        Column(labels.dimension_label(dimension), segments),
        Column(_("Mix, points"), rows["mix_effect"], _points),
        Column(_("Rate, points"), rows["rate_effect"], _points),
        Column(
            _("95% interval"),
            [formats.interval(low, high, 2, of_difference=True) for low, high in limits],
        ),
        Column(_("Before"), rows["before"], formats.percent),
        Column(_("This period"), rows["after"], formats.percent),
        Column(_("Leads before"), rows["leads_before"], formats.number),
        Column(_("Leads now"), rows["leads_after"], formats.number),
    ]


def _points(share: float) -> str:
    """A difference of shares in percentage points, without the word."""
    return formats.signed(share * 100, 2)


def _how(found: Change, name: str, rows: pd.DataFrame) -> card.How:
    before = found.asked_before.scope
    return provenance.how_asked(name, _sentences, found.asked, rows, earlier=before)


def _sentences() -> Sentences:
    """How change is counted."""
    return [
        (
            _("Two periods:"),
            _(
                "of the same length and seen at the same age; otherwise the later period only "
                "looks worse because it is less mature."
            ),
        ),
        (
            _("Mix:"),
            _(
                "the effect of a different mix of leads, as far as the segments' rates differ from "
                "the whole's; rate: that of segments converting differently. Exact, without "
                "residual."
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
                "the 95% interval of the rate effect includes zero; the mix effect is counted, not "
                "estimated."
            ),
        ),
    ]
