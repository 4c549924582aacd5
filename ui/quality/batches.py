"""The card of the batches of purchased lists, and the receipt of one, to send to who sold it."""

from functools import partial

import streamlit as st

from analytics.quality.batches import PROMISED, Receipt, Receipts
from analytics.quality.quality import BATCH
from analytics.scope import Scope
from ui import answers, session
from ui.board import board
from ui.board.board import Badge, Column, Row, Text
from ui.language import current, formats
from ui.language.messages import _
from ui.page import card, markdown, provenance
from ui.page.provenance import Sentences
from ui.quality import by_source, one_segment, receipt

_OPENED = "receipt_opened"


def show(scope: Scope) -> None:
    """A batch a row; picking one opens its receipt. Nothing where there are no batches."""
    if answers.receipts(scope) is None:
        return
    promised = st.session_state.get(session.key("promised"), round(100 * PROMISED))
    found = answers.receipts(scope, promised=promised / 100)
    if found is None or not found.receipts:
        return
    how = provenance.how_asked("quality_batches", _sentences, found.asked, found.rows)
    title = _("Batches of purchased lists")
    with card.card(
        title, _("Pick a batch for its receipt, a page to send to the seller."), how=how
    ):
        st.number_input(
            _("Good numbers promised by the seller, %"),
            min_value=1,
            max_value=99,
            value=round(100 * PROMISED),
            key=session.key("promised"),
            width=320,
        )
        board.show(
            _columns(found),
            [_row(found, each) for each in found.receipts],
            caption=title,
            key="quality_batches",
            on_pick=_open,
        )
    _opened(scope, found)


def _columns(found: Receipts) -> list[Column]:
    unit = formats.money_unit(_scale(found), found.quality.currency)
    return [
        Column(_("Batch")),
        Column(_("Received"), right=True),
        Column(_("Duplicates"), right=True, secondary=True),
        Column(_("Junk or wrong"), right=True, secondary=True),
        Column(_("Usable, %"), right=True),
        Column(_("A usable lead, {unit}", unit=unit), right=True),
        Column(_("Good of called"), right=True),
        Column(_("Go on calling?")),
    ]


def _scale(found: Receipts) -> float:
    costs = found.quality.rows["cost_per_usable"].dropna()
    return formats.money_scale([float(costs.median())]) if len(costs) else 1.0


def _row(found: Receipts, each: Receipt) -> Row:
    row, scale = each.row, _scale(found)
    counted = [row["duplicate"], row["junk"] + row["invalid"]]
    called = _("{n} of {all}", n=formats.number(each.good), all=formats.number(each.called))
    return Row(
        [
            Text(each.batch),
            Text(formats.number(row["leads"])),
            *(Text(formats.number(count)) for count in counted),
            Text(formats.number(100 * row["usable_rate"]), strong=True),
            by_source.amount(row["cost_per_usable"], scale),
            Text(called) if each.called else by_source.UNKNOWN,
            _advice(each),
        ],
        id=each.batch,
    )


def _advice(each: Receipt) -> board.Cell:
    if each.stopped_at is not None:
        return Badge(_("Stop"), "red", "block")
    if not each.called:
        return by_source.UNKNOWN
    return Badge(_("Go on"), "gray", "phone_in_talk")


def _open(batch: str) -> None:
    st.session_state[_OPENED] = batch


def _opened(scope: Scope, found: Receipts) -> None:
    batch = st.session_state.pop(_OPENED, None)
    chosen = None if batch is None else found.of(batch)
    if chosen is not None:
        st.dialog(markdown.plain(chosen.batch), width="medium")(_one)(scope, found, chosen)


def _one(scope: Scope, found: Receipts, chosen: Receipt) -> None:
    current.use(session.view().lang)
    lines = receipt.lines(chosen, found.quality.currency)
    st.markdown("\n".join(f"- {label}: **{markdown.plain(text)}**" for label, text in lines))
    st.markdown(receipt.verdict(chosen))
    st.download_button(
        _("A page to print"),
        data=session.while_let_in(
            partial(receipt.page, chosen, found.quality.currency, formats.days_between(*scope.days))
        ),
        file_name="pheu-receipt.html",
        mime="text/html",
        icon=":material/print:",
        on_click="ignore",
        key=session.key("receipt_page"),
    )
    row = next(chosen.row.to_frame().T.itertuples(index=False))
    by_source.links(one_segment.leads_of(scope, BATCH, chosen.batch), row)


def _sentences() -> Sentences:
    return [
        (
            _("Batch:"),
            _(
                "a column of the file such as “Lô” or “Batch”, else the campaign of leads of a "
                "purchased list."
            ),
        ),
        (
            _("Good:"),
            _(
                "the person of the list answered, interested or not. A dead number or another "
                "person is bad; a number that nobody answered is not counted yet."
            ),
        ),
        (
            _("Stop:"),
            _(
                "looked at after every {n} numbers, in the order of the list (fewer looks for a "
                "long one): the share is significantly below the promised one. A list that keeps "
                "its promise is stopped in no more than {error} of cases over all looks.",
                n=formats.number(50),
                error=formats.percent(0.05, 0),
            ),
        ),
    ]
