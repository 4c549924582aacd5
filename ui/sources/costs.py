"""The cards about money: what each source costs, how good it is, and what it brought in the end."""

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from analytics.scope import Scope
from analytics.sources.costs import NONE_YET, Costs
from analytics.view.view import View, segment_value
from ui import answers, charts, navigation, session
from ui.charts import FEW
from ui.language import formats, labels
from ui.language.messages import _, _n
from ui.page import card, markdown, provenance
from ui.page.provenance import Sentences
from ui.sources import attribution_words
from ui.sources import segments as sources_segments

_MOST_BUBBLES = 8
_MOST_NAMES = 8
_PER = {
    "cost_per_lead": "leads",
    "cost_per_usable": "usable",
    "cost_per_prospect": "prospects",
    "cost_per_opportunity": "opportunities",
    "cac": "customers",
}
_OF_CUSTOMERS = ("customers", "expected", "cac", "interval", "roi", "cac_expected")
_WRITTEN: dict[str, Callable[[Any], str]] = {
    "usable_rate": formats.percent,
    "expected": lambda number: formats.number(number, 1),
    "roi": attribution_words.times,
}
_WIDTHS = {
    "name": 120,
    "leads": 68,
    "usable": 84,
    "cost_per_lead": 68,
    "cost_per_usable": 90,
    "cost_per_prospect": 86,
    "cost_per_opportunity": 98,
    "customers": 88,
    "expected": 74,
    "cac": 68,
    "interval": 96,
    "roi": 74,
}  # px, so that all that is read most is seen at once
_SOURCE, _CAMPAIGN = "money_source", "money_campaign"


def quality(scope: Scope) -> None:
    """What a usable lead costs against how many leads become customers in the end."""
    found = answers.costs(scope)
    known = _priced(found)
    title = quality_finding(found)
    subtitle = _(
        "Across: cost of a usable lead. Up: % of leads that become customers in the end, 95% "
        "interval. Size: leads. Dotted: all together, the cost where it is known. "
        "Hollow: n < {few} or not final.",
        few=formats.number(FEW),
    )
    with card.card(title, subtitle, how=_how(scope, "quality", found)):
        if known["eventual"].isna().all():
            st.markdown(_no_cost(found) if known.empty else _too_early())
        else:
            drawn = known.head(_MOST_BUBBLES)
            figure = charts.bubble(
                _bubbles(scope, found, drawn),
                card.look(),
                x_title=_("cost of a usable lead"),
                written=lambda amount: formats.money(amount, found.currency),
                overall=(_overall_cost(found), _overall_rate(found)),
            )
            card.chart(figure, "quality", alt=title, on_click=_choose)
            if len(known) > len(drawn):
                there_are = {"n": formats.number(len(drawn)), "all": formats.number(len(known))}
                st.markdown(
                    markdown.gray(_("{n} of {all}, those with the most leads.", **there_are))
                )
        for line in _left_out(found):
            st.markdown(markdown.gray(line))


def money(scope: Scope) -> None:
    """Every source as a row: what came, what it cost, and what it brought; with its campaigns."""
    found = answers.costs(scope)
    title = money_finding(found)
    subtitle = _(
        "Cost of {days} on the leads that entered in them, in {unit}. Paler: expected in the end, "
        "not yet real. Choose a row to look into it.",
        days=formats.days_between(*scope.days),
        unit=formats.money_unit(_scale(found), found.currency),
    )
    with card.card(title, subtitle, how=_how(scope, "money", found)):
        key = session.key(f"money_table_{found.by}")
        _drawn(found, key, _SOURCE, of=_scale(found), height=420, alt=title)
        st.markdown("  \n".join(map(markdown.gray, notes(found))))
        _look_into(scope, found)


def quality_finding(found: Costs) -> str:
    """Who is surely cheaper and surely better than all together, and who is cheap but not good."""
    known = _priced(found)
    if known.empty:
        return _("What a usable lead costs is unknown")
    enough = known[(known["leads"] >= FEW) & known["eventual"].notna()]
    cost, rate = _overall_cost(found), _overall_rate(found)
    if enough.empty or cost is None or rate is None:
        return _("Not enough data to conclude from")
    is_cheap = enough["cost_per_usable"] < cost
    is_good, is_bad = enough["eventual_low"] > rate, enough["eventual_high"] < rate
    # What is known to be at least so much may still become good.
    is_bad &= enough["eventual_is_final"].astype(bool)
    best = enough[is_cheap & is_good].nlargest(2, "eventual")
    trap = enough[is_cheap & is_bad].nsmallest(1, "eventual")
    waste = enough[~is_cheap & is_bad].nlargest(1, "cost_per_usable")
    parts = []
    if len(best):
        names = _names(found.by, best["segment"].tolist(), 2)
        parts.append(_("{names}: cheap and good", names=names))
    if len(trap):
        names = _names(found.by, trap["segment"].tolist(), 1)
        parts.append(_("{names}: cheap, but few become customers", names=names))
    elif len(waste):
        names = _names(found.by, waste["segment"].tolist(), 1)
        parts.append(_("{names}: dear, and few become customers", names=names))
    if parts:
        return "; ".join(parts)
    return _("No source is surely both cheap and good")


def money_finding(found: Costs) -> str:
    """What a customer costs, at least and at most, of the segments that are surely apart."""
    rows = found.rows[found.rows["segment"].notna()]
    whole = found.rows.iloc[-1]
    if rows["cost"].isna().all():
        return _("What customers cost is unknown")
    known = rows[rows["cost"].notna()]
    won = known[known["cac"].notna() & (known["cost"] > 0)]
    if won.empty:
        least = whole["cac_at_least"]
        if pd.isna(least):
            return _("What customers cost is unknown")
        return _(
            "No customer yet: one costs more than {cost}",
            cost=formats.money(least, found.currency),
        )
    # What brought nobody was paid for as well.
    overall = known["cost"].sum() / known["customers"].sum()
    cheap = won[won["cac_high"] < overall].nsmallest(1, "cac")
    dear = won[won["cac_low"] > overall].nlargest(1, "cac")
    said = {"all": formats.money(overall, found.currency)}
    if len(cheap) and len(dear):
        return _(
            "A customer costs {all} where costs are known: {low} from {cheap}, {high} from {dear}",
            low=formats.money(cheap["cac"].iat[0], found.currency),
            cheap=sources_segments.told(found.by, cheap["segment"].iat[0]),
            high=formats.money(dear["cac"].iat[0], found.currency),
            dear=sources_segments.told(found.by, dear["segment"].iat[0]),
            **said,
        )
    return _("A customer costs {all} where costs are known; none stands apart for sure", **said)


def notes(found: Costs) -> list[str]:
    """What the table's numbers are of, and what is not in them."""
    lines = []
    if found.unsplit:
        lines.append(_no_cost(found))
    lines.append(
        _(
            "A purchased list is judged by all records bought, junk too; an event by all of its "
            "leads, late ones too; usable are those nobody has thrown out as unusable."
        )
    )
    whole = found.rows.iloc[-1]
    if not bool(whole["cost_is_whole"]) and pd.notna(whole["cost"]):
        lines.append(
            _(
                "In the row of totals the cost is only the known part, and the leads are all: "
                "hence “≥” and “≤”."
            )
        )
    nobody = [found.rows[of].eq(0).fillna(False).any() for of in _PER.values()]
    if any(nobody) and found.rows["cost"].notna().any():
        lines.append(_("“>”: none yet, so one of them costs, with 95% confidence, more than that."))
    if pd.notna(whole["without_amount"]) and whole["without_amount"]:
        lines.append(
            _n(
                "{n} won lead has no known amount and counts as nothing in ROI.",
                "{n} won leads have no known amount and count as nothing in ROI.",
                int(whole["without_amount"]),
            )
        )
    if whole["expected_is_final"] is not pd.NA and not bool(whole["expected_is_final"]):
        lines.append(
            _("“≥”: the leads were not followed long enough to say what it comes to in the end.")
        )
    return lines + ([] if found.unsplit else _left_out(found))


# --- drilling down ----------------------------------------------------------------------------


def _drawn(found: Costs, key: str, state: str, *, of: float, height: int | str, alt: str) -> None:
    """The table in a unit `of` money, all together first; choosing a row chooses its segment."""
    rows = pd.concat([found.rows.tail(1), found.rows.iloc[:-1]])
    headings = _headings(found)
    segments = [each if isinstance(each, str) else None for each in rows["segment"]]
    card.table(
        _table(found, rows, of),
        key=key,
        on_select=lambda: _selected(key, segments, state),
        selection_mode="single-row",
        height=height,
        placeholder=_("unknown"),
        column_config={
            headings[name]: st.column_config.Column(width=width) for name, width in _WIDTHS.items()
        },
        alt=alt,
    )


def _look_into(scope: Scope, found: Costs) -> None:
    """The campaigns of the chosen row, and the way to its leads."""
    rows = found.rows[found.rows["segment"].notna()]
    segments = rows["segment"].tolist()
    chosen = _pick(scope, found.by, segments, _SOURCE, _("Look into one of them"))
    if chosen is None:
        return
    leads = dict(zip(segments, rows["leads"], strict=True))
    at = scope.view.where(found.by, [segment_value(chosen)])
    has_campaigns = found.by != "campaign" and "campaign" in scope.generation.dimensions
    if not has_campaigns:
        _to_leads(at, sources_segments.told(found.by, chosen), int(leads[chosen]))
        return
    inner = answers.costs(scope.at(replace(at, by="campaign")))
    campaigns = inner.rows[inner.rows["segment"].notna()]
    st.markdown(
        _(
            "**{source}** by campaign",
            source=sources_segments.told(found.by, chosen),
        )
    )
    key = session.key(f"campaign_table_{chosen}")
    about = _("What its campaigns cost and brought")
    _drawn(inner, key, _CAMPAIGN, of=_scale(found), height="auto", alt=about)
    names = campaigns["segment"].tolist()
    campaign = _pick(scope, "campaign", names, _CAMPAIGN, _("One campaign"))
    if campaign is None:
        _to_leads(at, sources_segments.told(found.by, chosen), int(leads[chosen]))
        return
    count = int(campaigns.loc[campaigns["segment"] == campaign, "leads"].iat[0])
    name = sources_segments.told("campaign", campaign)
    _to_leads(at.where("campaign", [segment_value(campaign)]), name, count)


def _pick(scope: Scope, by: str, segments: list[str], state: str, label: str) -> str | None:
    """The choice of a row by keyboard, which a click on the row is too."""
    found = st.session_state.get(state)
    chosen = found if found in segments else None
    key = session.key(f"{state}_{by}")
    st.session_state[key] = chosen
    st.selectbox(
        label,
        segments,
        index=None,
        format_func=lambda segment: sources_segments.name(by, segment),
        placeholder=_("None chosen"),
        width=320,
        key=key,
        on_change=lambda: _choose(st.session_state[key], state),
    )
    return chosen


def _choose(segment: str | None, state: str = _SOURCE) -> None:
    st.session_state[state] = segment
    if state == _SOURCE:
        st.session_state[_CAMPAIGN] = None


def _selected(key: str, segments: list[str | None], state: str) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    _choose(segments[rows[0]] if rows else None, state)


def _to_leads(view: View, name: str, leads: int) -> None:
    """The way to the leads that a row counts: those that entered, whatever became of them."""
    listed = replace(view, mode="cohort", stage=None)
    text = _n("See the {n} lead of {name}", "See the {n} leads of {name}", leads, name=name)
    navigation.link("leads", text, listed)


# --- what is drawn ----------------------------------------------------------------------------


def _priced(found: Costs) -> pd.DataFrame:
    """The segments whose usable leads have a known cost."""
    rows = found.rows[found.rows["segment"].notna()]
    return rows[rows["cost_per_usable"].notna()]


def _overall_cost(found: Costs) -> float | None:
    rows = found.rows[found.rows["segment"].notna()]
    known = rows[rows["cost"].notna()]
    usable = int(known["usable"].sum())
    return float(known["cost"].sum()) / usable if usable else None


def _overall_rate(found: Costs) -> float | None:
    rate = found.rows["eventual"].iat[-1]
    return None if pd.isna(rate) else float(rate)


def _bubbles(scope: Scope, found: Costs, rows: pd.DataFrame) -> pd.DataFrame:
    """The segments as the chart of bubbles takes them."""
    drawn = rows[rows["eventual"].notna()]
    colours = sources_segments.colours(scope, found.by, drawn["segment"].tolist())
    return pd.DataFrame(
        {
            "segment": drawn["segment"],
            "label": [sources_segments.name(found.by, each) for each in drawn["segment"]],
            "x": drawn["cost_per_usable"],
            "y": drawn["eventual"],
            "low": drawn["eventual_low"],
            "high": drawn["eventual_high"],
            "leads": drawn["leads"].astype(int),
            "colour": drawn["segment"].map(colours),
            "small": (drawn["leads"] < FEW) | ~drawn["eventual_is_final"].astype(bool),
            "hover": [_in_words(found, row) for row in drawn.itertuples()],
        }
    )


def _in_words(found: Costs, row: Any) -> str:
    rate = formats.percent(row.eventual)
    said = rate if row.eventual_is_final else "≥ " + rate
    return "<br>".join(
        [
            f"<b>{escape(sources_segments.name(found.by, row.segment))}</b>",
            _("a usable lead: {cost}", cost=formats.money(row.cost_per_usable, found.currency)),
            _(
                "customers in the end: {rate} ({interval})",
                rate=said,
                interval=formats.interval(row.eventual_low, row.eventual_high),
            ),
            _n("{n} lead", "{n} leads", int(row.leads)),
        ]
    )


# --- words and tables -------------------------------------------------------------------------


def _names(by: str, segments: list[str], most: int) -> str:
    return attribution_words.listed([sources_segments.told(by, each) for each in segments], most)


def _no_cost(found: Costs) -> str:
    """Why no cost can be told."""
    if found.unsplit:
        names = [labels.dimension_label(name).lower() for name in found.unsplit]
        return _(
            "Spend is not known by {dimensions}: no costs while that is filtered by.",
            dimensions=markdown.plain(attribution_words.listed(names)),
        )
    return _("No spend is known in this view. Load a file of spend on the Data page.")


def _too_early() -> str:
    return _("Nobody knows yet how many of these leads become customers.")


def _left_out(found: Costs) -> list[str]:
    """Who is not in the picture since nobody knows what it cost, and who has too few to show."""
    rows = found.rows[found.rows["segment"].notna()]
    unknown = rows.loc[rows["cost"].isna() & (rows["leads"] > 0), "segment"].tolist()
    idle = rows.loc[(rows["cost"] > 0) & (rows["leads"] == 0)]
    lines = []
    if unknown and len(unknown) < len(rows) and not found.unsplit:
        lines.append(_("Cost unknown: {names}.", names=_names(found.by, unknown, _MOST_NAMES)))
    if len(idle):
        lines.append(
            _(
                "Spent {amount} without one lead: {names}.",
                amount=formats.money(idle["cost"].sum(), found.currency),
                names=_names(found.by, idle["segment"].tolist(), _MOST_NAMES),
            )
        )
    return lines


def _table(found: Costs, rows: pd.DataFrame, of: float) -> Styler:
    """The rows to read and to sort; numbers stay numbers, and only their look is in words.

    What is null is unknown; where nobody came, a cost is what it is surely more than.
    """
    rows = rows.reset_index(drop=True)
    per = {name: of for name, of in _PER.items() if rows[of].notna().any()}
    without = {*_PER.keys() - per.keys(), *(_OF_CUSTOMERS if "cac" not in per else ())}
    headings = {name: text for name, text in _headings(found).items() if name not in without}
    table = pd.DataFrame({name: rows.get(name) for name in headings})
    table["name"] = [
        sources_segments.name(found.by, segment) if isinstance(segment, str) else _("Total")
        for segment in rows["segment"]
    ]
    if "interval" in table:
        table["interval"] = [_between(row, of) for row in rows.itertuples()]
    nobody = {name: rows[of].eq(0).fillna(False) & rows["cost"].notna() for name, of in per.items()}
    for name, none_came in nobody.items():
        table[name] = table[name].mask(none_came.astype(bool), rows["cost"] / NONE_YET)
    counts = [name for name in ("leads", "usable", "customers") if name in table]
    # The browser's table knows no null of integers.
    table[counts] = table[counts].astype(float)
    style = table.rename(columns=headings).style
    for name, heading in headings.items():
        style = style.format(_written(name, of), subset=[heading])
    for name, none_came in nobody.items():
        style = style.format(
            lambda cost: "> " + formats.money_in(cost, of),
            subset=(none_came.astype(bool), [headings[name]]),
        )
    at_least = ~rows["cost_is_whole"].astype(bool) & rows["cost"].notna()
    for name in (name for name in headings if name.startswith(("cost", "cac"))):
        style = style.format(
            lambda cost: "≥ " + formats.money_in(cost, of), subset=(at_least, [headings[name]])
        )
    if "expected" not in headings:
        return style
    style = style.format(
        lambda ratio: "≤ " + attribution_words.times(ratio), subset=(at_least, [headings["roi"]])
    )
    open_ended = ~rows["expected_is_final"].fillna(True).astype(bool)
    style = style.format(
        lambda number: "≥ " + formats.number(number, 1),
        subset=(open_ended, [headings["expected"]]),
    )
    pale = [headings["expected"], headings["cac_expected"]]
    return style.map(lambda _value: f"color: {card.look().neutral}", subset=pale)


def _headings(found: Costs) -> dict[str, str]:
    """The columns of the table in their order, those that are read most first."""
    return {
        "name": labels.dimension_label(found.by),
        "leads": _("Records"),
        "usable": _("Usable"),
        "cost_per_lead": _("/ record"),
        "cost_per_usable": _("/ usable"),
        "cost_per_prospect": _("/ prospect"),
        "cost_per_opportunity": _("/ opportunity"),
        "customers": _("Customers"),
        "expected": _("Expected"),
        "cac": _("CAC"),
        "interval": _("95% interval"),
        "roi": _("ROI"),
        "cost": _("Cost"),
        "usable_rate": _("% usable"),
        "cac_expected": _("CAC in the end"),
    }


def _scale(found: Costs) -> float:
    """The unit of all costs of a table: that of what a customer costs, else of a usable lead."""
    rows = found.rows
    usual = rows["cac"].median() if rows["cac"].notna().any() else rows["cost_per_usable"].max()
    return formats.money_scale([float(usual)])


def _written(name: str, of: float) -> Callable[[Any], str]:
    """How the numbers of a column are said."""
    if name in ("leads", "usable", "customers"):
        return formats.number
    if name.startswith(("cost", "cac")):
        return lambda amount: formats.money_in(amount, of)
    return _WRITTEN.get(name, str)


def _between(row: Any, of: float) -> str:
    """The interval of what a customer costs."""
    if pd.isna(row.cac) or pd.isna(row.cac_low) or not row.cost_is_whole:
        return ""
    return f"{formats.money_in(row.cac_low, of)}–{formats.money_in(row.cac_high, of)}"


def _how(scope: Scope, name: str, found: Costs) -> card.How:
    """How costs and what they brought are counted, and the SQL of the counts."""
    view = replace(
        scope.view, by=found.by, mode="cohort", level="group", stage=None, compare="none"
    )
    asked = scope.at(view)
    openers = {step.slug: step.opened_by for step in asked.steps}
    return provenance.how_by_hand(
        scope,
        name,
        _sentences(scope, found),
        found.rows,
        "sources/costs",
        asked=asked,
        lead_stage=asked.steps[0].opened_by,
        prospect_stage=openers.get("prospect"),
        opportunity_stage=openers.get("opportunity"),
        customer_stage=openers.get("customer"),
        unusable=list(scope.generation.pipeline.unusable_slugs),
    )


def _sentences(scope: Scope, found: Costs) -> Sentences:
    days = formats.days_between(*scope.days)
    return [
        (
            _("Matched:"),
            _("what was spent in {days} with the leads that entered in them.", days=days),
        ),
        (
            _("Spend:"),
            _(
                "spread evenly over the days it covers, at the rate of each day. Without a row in "
                "a file, or without a rate, it is unknown and never nothing."
            ),
        ),
        (
            _("Usable:"),
            _("all records but those that stand in an exit of unusable leads."),
        ),
        (
            _("CAC, its interval:"),
            _(
                "cost by customers; their number as of a Poisson count, exact 95% limits. Without "
                "one customer a customer costs, with 95% confidence, more than a third of all."
            ),
        ),
        (
            _("In the end:"),
            _(
                "customers now, and for each open lead the chance to go on from its stage at its "
                "age, then through the later stages."
            ),
        ),
        (
            _("ROI:"),
            _(
                "(won value × {margin} margin − cost) / cost.",
                margin=formats.percent(found.margin / 100, 0),
            ),
        ),
    ]
