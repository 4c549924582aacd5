"""The board: from the leads received of each source to those that are usable, and their cost."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics import names
from analytics.certainty import FEW, Certainty
from analytics.quality.quality import BETTER, WORSE, Quality
from analytics.scope import Scope
from analytics.view.view import View
from ui import navigation
from ui.board import board
from ui.board.board import Badge, Bar, Column, Row, Text
from ui.language import current, formats, labels
from ui.language.messages import _, _n
from ui.page import card, certainty, markdown, provenance
from ui.page.provenance import Sentences
from ui.quality import one_segment
from ui.sources import segments

UNKNOWN = Badge("?", "dashed")
"""A step that there is no data of."""


def show(scope: Scope, found: Quality) -> None:
    """Every source as a row, the least clean first."""
    how = provenance.how_asked("quality_by_source", _sentences, found.asked, found.rows)
    title = finding(found)
    subtitle = _("From the leads received to those that are usable.")
    with card.card(title, subtitle, how=how):
        rows = ordered(found)
        board.show(
            _columns(found),
            [_row(found, row) for row in rows.itertuples(index=False)],
            caption=markdown.spoken(title),
            key="quality",
            on_pick=one_segment.picker("quality"),
            cards_below=620,
        )
        _foot(found)
    one_segment.show(scope, found, "quality", _one)


def ordered(found: Quality) -> pd.DataFrame:
    """The rows as the board has them: by the share of usable leads, the lowest first."""
    return found.rows.sort_values(
        ["usable_rate", "leads"], ascending=[True, False], na_position="last", ignore_index=True
    )


def finding(found: Quality) -> str:
    """The cleanest and the dirtiest source that are significantly so."""
    rows = ordered(found)
    best = rows[rows["finding"] == BETTER]["source"].tail(1).tolist()
    worst = rows[rows["finding"] == WORSE]["source"].head(1).tolist()
    if best and worst:
        text = _(
            "Cleanest: {best}; least clean: {worst}",
            best=segments.plain(found.by, best[0]),
            worst=segments.plain(found.by, worst[0]),
        )
        return text if len(text) <= 60 else _("What is left of the leads of each source")
    return _("What is left of the leads of each source")


def _columns(found: Quality) -> list[Column]:
    unit = formats.money_unit(_scale(found), found.currency)
    costs = [
        Column(_("A lead, {unit}", unit=unit), right=True, secondary=True),
        Column(_("A usable lead, {unit}", unit=unit), right=True),
    ]
    return [
        Column(labels.dimension_label(found.by)),
        Column(_("Received"), right=True),
        Column(_("Valid"), right=True, secondary=True),
        Column(_("Not duplicate"), right=True, secondary=True),
        Column(_("Reached by phone"), right=True, secondary=True),
        Column(names.USABLE_LEADS.label(current.lang()), right=True, secondary=True, on_cards=True),
        Column(_("Share of usable leads"), unseen=True),
        Column(_("Usable, %"), right=True),
        *(costs if _has_costs(found) else []),
        Column(_("What to do")),
    ]


def _has_costs(found: Quality) -> bool:
    """Whether the cost of any source is known."""
    return bool(found.rows["cost_per_lead"].notna().any())


def _scale(found: Quality) -> float:
    costs = found.rows["cost_per_usable"].dropna()
    return formats.money_scale([float(costs.median())]) if len(costs) else 1.0


def _row(found: Quality, row: Any) -> Row:
    scale = _scale(found)
    is_screened = pd.notna(row.usable)
    is_few = bool(row.leads - row.unscreened < FEW)
    tone = "red" if row.finding == WORSE else "blue"
    costs = [amount(row.cost_per_lead, scale), amount(row.cost_per_usable, scale)]
    cells: list[board.Cell] = [
        Text(segments.name(found.by, row.source), strong=True),
        Text(formats.number(row.leads), note=_unscreened(row)),
        _count(row.leads - row.unscreened - row.invalid - row.junk if is_screened else None),
        _count(
            row.leads - row.unscreened - row.invalid - row.junk - row.duplicate
            if is_screened
            else None
        ),
        _reached(found, row),
        _count(row.usable if is_screened else None),
        Bar(
            row.usable_rate if is_screened else 0.0,
            1.0,
            low=row.usable_rate_low if is_screened else None,
            high=row.usable_rate_high if is_screened else None,
            tone=tone,  # type: ignore[arg-type]
            faint=is_few,
        ),
        Text(formats.number(100 * row.usable_rate) if is_screened else "?", strong=True),
        *(costs if _has_costs(found) else []),
        _advice(row),
    ]
    return Row(cells, id=row.source)


def _unscreened(row: Any) -> str:
    if not row.unscreened:
        return ""
    return _n("{n} without contact data", "{n} without contact data", int(row.unscreened))


def _count(count: float | None) -> board.Cell:
    return UNKNOWN if count is None else Text(formats.number(count))


def _reached(found: Quality, row: Any) -> board.Cell:
    if not row.called:
        # Where some were called, the others were not: only a file could know better.
        return Text(formats.NOTHING) if found.total["called"] else UNKNOWN
    reached = row.reached + row.not_interested
    return Text(_("{n} of {all}", n=formats.number(reached), all=formats.number(row.called)))


def amount(cost: float, scale: float) -> board.Cell:
    """A cost in the unit of its column; unknown ones are a dash."""
    if pd.isna(cost):
        return Text(formats.NOTHING)
    return Text(formats.number(cost / scale, 0 if cost >= 99.5 * scale else 1))


def _advice(row: Any) -> board.Cell:
    """What to do where that is certain, else how sure a difference is."""
    if row.finding == WORSE:
        return Badge(_("Check how leads come"), "red", "flag")
    if row.finding == BETTER:
        return Badge(_("Keep as it is"), "green", "check")
    if not isinstance(row.certainty, str):
        return Text("")
    sure = Certainty(row.certainty)
    if sure is Certainty.UNCLEAR:
        return Badge(_("no clear difference"), certainty.TONES[sure], certainty.ICONS[sure])
    return Badge(certainty.word(sure), certainty.TONES[sure], certainty.ICONS[sure])


def _foot(found: Quality) -> None:
    """What a question mark lacks, and where to supply it."""
    if found.total["called"]:
        return
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        line = _(
            "**Reached by phone** needs the outcome of calls: a column such as “Kết quả gọi” in "
            "the file (reached, not interested, dead number, not the person)."
        )
        st.markdown(markdown.gray(line), width="content")
        navigation.link("data", _("Add the outcome of calls →"))


# --- one source --------------------------------------------------------------------------------


def _one(view: View, row: Any) -> None:
    if pd.notna(row.usable_rate):
        st.markdown(
            _(
                "**{share}** of its leads are usable, between {low} and {high}.",
                share=formats.percent(row.usable_rate),
                low=formats.percent(row.usable_rate_low),
                high=formats.percent(row.usable_rate_high),
            )
        )
    links(view, row)


def verdicts(row: Any) -> list[tuple[str | None, int]]:
    """How many leads of a row have each verdict; None are those that were not screened."""
    counts = {"ok": row.usable, "duplicate": row.duplicate, "invalid": row.invalid}
    counts |= {"junk": row.junk, "unreachable": row.unreachable}
    known: list[tuple[str | None, int]] = [
        (verdict, 0 if pd.isna(count) else int(count)) for verdict, count in counts.items()
    ]
    return [*known, (None, int(row.unscreened))]


def links(view: View, row: Any) -> None:
    """A link to the leads of each verdict that some of a row's leads have."""
    one_segment.links(
        view, "screening", ((_word(verdict), verdict, count) for verdict, count in verdicts(row))
    )


def _word(verdict: str | None) -> str:
    return _("No contact data") if verdict is None else labels.value_label("screening", verdict)


def _sentences() -> Sentences:
    return [
        (
            _("Usable:"),
            _(
                "nothing speaks against the lead: no duplicate, no wrong contact, no junk, and "
                "there is a way to reach it. Nothing is deleted."
            ),
        ),
        (
            _("Valid:"),
            _("neither junk nor with wrong contacts; then those that are no duplicate."),
        ),
        (
            _("Not screened:"),
            _("leads whose file has no contacts count neither as usable nor as bad."),
        ),
        (_("95% interval:"), _("Wilson's method.")),
        (
            _("What to do:"),
            _(
                "said only where a source differs from all others for certain: q value "
                "(Benjamini–Hochberg) below {q}, at least {n} leads.",
                q=formats.number(0.05, 2),
                n=formats.number(FEW),
            ),
        ),
        (_("A usable lead:"), _("what was spent in the period, by the leads that are usable.")),
    ]
