"""The work list: whom to call first, whose they are, and the same as a message or a file."""

from collections.abc import Iterator, Mapping

import pandas as pd
import streamlit as st

from analytics.leads import outlook, to_do
from analytics.listing import Listing
from analytics.scope import Scope
from ui import answers, session
from ui.board import board
from ui.language import formats, labels, phones
from ui.language.messages import N_, _, _n, _p
from ui.leads import agenda, call_cost, parts, words
from ui.page import card, clipboard, long_list, markdown, provenance, table
from ui.page.table import Column

ROWS = 10
"""How many leads a page of the list has: as many as a person calls before they look again."""

_NAME, _PART = "to_do", "part"


def files(scope: Scope, found: Listing, rows: pd.DataFrame) -> None:
    """The list as a message to copy, and as files."""
    if rows.empty:
        return
    if scope.view.tab != parts.LET_GO:
        text = message(scope, rows)
        clipboard.button(_("Copy message"), text, "to_do_message", type="tertiary")
        agenda.button(scope, found)
    long_list.files(scope, found, FILE, {_PART: scope.view.tab})


def stage_picker(scope: Scope) -> None:
    """The stage that the leads to call are at, or all of them."""
    if scope.view.tab == parts.LET_GO:
        return
    names: dict[str | None, str] = {
        parts.at_stage(slug): words.stage_name(scope, slug)
        for slug in scope.generation.pipeline.slugs[:-1]
    }
    names = {None: _("All stages")} | {tab: name for tab, name in names.items() if tab}
    key = session.key("to_do_stage")
    st.session_state[key] = scope.view.tab if scope.view.tab in names else None
    st.selectbox(
        _("Stage"),
        list(names),
        format_func=lambda tab: names.get(tab, ""),
        placeholder=names[None],  # None is no choice to a widget
        label_visibility="collapsed",
        width=170,
        key=key,
        on_change=lambda: session.change(tab=st.session_state[key]),
    )


def listed(scope: Scope) -> Listing:
    """The leads of the page's part: those to call, or those to let go."""
    return parts.of(answers.to_do(scope), scope.view.tab)


def show(scope: Scope, found: Listing, rows: pd.DataFrame) -> None:
    """The card: the leads of one page of the list, and what else there is."""
    title, about = _title(scope, found, rows), _about(scope, rows)
    with card.card(title, about, how=_how(scope, found, rows)):
        if len(rows):
            board.show(
                _headings(scope, rows),
                [_row(scope, lead, rows) for lead in rows.itertuples(index=False)],
                caption=title,
                key=long_list.key(found, "to_do"),
                on_pick=_open,
            )
        _rest(scope, found, rows)


def file(scope: Scope, about: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    """The whole list in pieces, in the order in which to call."""
    place = 0
    for rows in parts.of(to_do.listing(scope), about.get(_PART)).pieces():
        yield table.frame(_columns(scope, rows, place))
        place += len(rows)


FILE = long_list.File(_NAME, N_("To do"), file)


def message(scope: Scope, rows: pd.DataFrame) -> str:
    """What to send to the team: whom to call, in order. It has no percentages, and no judgement."""
    teams = [labels.value_label("team", value) for value in scope.view.values("team")]
    people = [labels.value_label("owner", value) for value in scope.view.values("owner")]
    whose = ", ".join(people or teams) or _("All teams")
    many = _n("{n} lead comes first", "{n} leads come first", len(rows))
    lines = [
        _("{place}) {lead}: {what}", place=place, lead=_called(lead), what=_next(scope, lead))
        for place, lead in enumerate(rows.itertuples(index=False), start=1)
    ]
    return "\n".join([f"{whose} – {many}:", *lines])


def _title(scope: Scope, found: Listing, rows: pd.DataFrame) -> str:
    everything = answers.count(found)
    if scope.view.tab == parts.LET_GO:
        return _n("{n} lead to let go", "{n} leads to let go", everything)
    if not len(rows):
        gone = parts.stage_of(scope.view.tab) is None and _gone(scope)
        return _("No overdue lead can still be saved") if gone else _("No lead is overdue")
    first = (long_list.number_in_link(found, ROWS) - 1) * ROWS
    if first:
        return _(
            "Then these: {first}–{last} of {all}",
            first=formats.number(first + 1),
            last=formats.number(first + len(rows)),
            all=formats.number(everything),
        )
    if rows["value"].isna().all():
        return _n("This lead comes first", "These {n} leads come first", len(rows))
    worth = float((rows["value"] * rows["chance"]).sum())
    return _n(
        "This lead comes first: expected value {value}",
        "These {n} leads come first: expected value {value}",
        len(rows),
        value=formats.money(worth, scope.generation.currency),
    )


def _gone(scope: Scope) -> int:
    """How many leads have waited too long to come first."""
    return answers.count(to_do.let_go(answers.to_do(scope)))


def _about(scope: Scope, rows: pd.DataFrame) -> str:
    if scope.view.tab == parts.LET_GO:
        if scope.view.call_cost is not None:
            return _(
                "Overdue, and what they can still bring is less than the {cost} that a call costs.",
                cost=formats.money(scope.view.call_cost, scope.generation.currency),
            )
        return _("Overdue for so long that others come first; write to them, or close them.")
    stage = parts.stage_of(scope.view.tab)
    if stage is not None:
        return _(
            "At {stage}, overdue and still to be saved, by value × chance × how late.",
            stage=markdown.plain(words.stage_name(scope, stage)),
        )
    if rows.empty and not _gone(scope):
        return _("Every open lead is within the limit of its stage, or the usual time there.")
    return _("Overdue and still to be saved, by value × chance × how late.")


def _headings(scope: Scope, rows: pd.DataFrame) -> list[board.Column]:
    is_let_go = scope.view.tab == parts.LET_GO
    return [
        board.Column(_("Company, contact")),
        *[board.Column(_("Phone"))] * words.has_phone(rows),
        *[board.Column(_("Temperature"), secondary=True, on_cards=True)] * words.has_heat(rows),
        board.Column(_("Now at")),
        board.Column(_("Value × chance"), right=True),
        board.Column(_("Owner") if is_let_go else _("To do, owner")),
    ]


def _row(scope: Scope, lead: "pd.Series[object]", rows: pd.DataFrame) -> board.Row:
    return board.Row(
        [
            words.who(lead),
            *[words.phone(lead)] * words.has_phone(rows),
            *[words.temperature(lead)] * words.has_heat(rows),
            words.lateness(scope, str(lead.stage), float(lead.over_days)),
            _worth(lead),
            _whom(scope, lead),
        ],
        id=str(lead.lead_id),
        chosen=scope.view.lead == lead.lead_id,
    )


def _owner(lead: "pd.Series[object]") -> str:
    return labels.value_label("owner", lead.owner) if isinstance(lead.owner, str) else ""


def _whom(scope: Scope, lead: "pd.Series[object]") -> board.Text:
    """What to do and who does it; of a lead to let go only whose it is, as nobody is to call."""
    owner = _owner(lead)
    if scope.view.tab == parts.LET_GO:
        return board.Text(owner or formats.NOTHING)
    return board.Text(_next(scope, lead), note=owner)


def _worth(lead: "pd.Series[object]") -> board.Text:
    """The value, and the chance below it."""
    is_own = lead.value_from == "lead"
    return board.Text(words.value(lead), note=words.chance(lead.chance), strong=is_own)


def _next(scope: Scope, lead: "pd.Series[object]") -> str:
    return words.ask(scope, lead)


def _called(lead: "pd.Series[object]") -> str:
    parts = [words.company(lead), words.contact(lead)]
    if isinstance(lead.phone, str):
        parts.append(phones.shown(lead.phone))
    return ", ".join(part for part in parts if part)


def _rest(scope: Scope, found: Listing, rows: pd.DataFrame) -> None:
    """What the card does not show: the other pages, and the leads of the other part."""
    more = answers.count(found) - len(rows)
    gone = _gone(scope)
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        if scope.view.tab == parts.LET_GO:
            worth = answers.count(to_do.overdue(answers.to_do(scope)))
            with st.container(horizontal=True, vertical_alignment="center", width="content"):
                st.button(
                    _n("{n} still worth a call", "{n} still worth a call", worth),
                    icon=":material/arrow_back:",
                    type="tertiary",
                    on_click=session.change,
                    kwargs={"tab": None},
                    key=session.key("to_do_back"),
                )
                call_cost.button(scope)
            long_list.turn_in_link(found, _NAME, ROWS)
            return
        said = []
        if more:
            said.append(_n("{n} other is overdue too.", "{n} others are overdue too.", more))
        if gone:
            said.append(_gone_why(scope, gone))
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            if said:
                st.markdown(markdown.gray(" ".join(said)), width="content")
            if gone:
                st.button(
                    _("See what to let go →"),
                    icon=":material/checklist:",
                    type="tertiary",
                    on_click=session.change,
                    kwargs={"tab": parts.LET_GO},
                    key=session.key("to_do_let_go"),
                )
            call_cost.button(scope)
        long_list.turn_in_link(found, _NAME, ROWS)


def _gone_why(scope: Scope, gone: int) -> str:
    if scope.view.call_cost is not None:
        return _n(
            "{n} lead can bring less than a call costs.",
            "{n} leads can bring less than a call costs.",
            gone,
        )
    return _n(
        "{n} lead has waited too long: others are likelier to sign.",
        "{n} leads have waited too long: others are likelier to sign.",
        gone,
    )


def _open(lead_id: str) -> None:
    session.change(lead=lead_id)


def _columns(scope: Scope, rows: pd.DataFrame, place: int) -> list[Column]:
    """The leads as a file: all that a caller needs, the first to call at the top."""
    since = rows["stage_entered_at"].dt.tz_localize("UTC").dt.tz_convert(scope.zone)
    origin = {"lead": _("its own"), "company_size": _("mean of its size"), "all": _("mean of all")}
    asks = [words.ask(scope, lead) for lead in rows.itertuples(index=False)]
    stages = rows["stage"].map(
        {slug: words.stage_name(scope, slug) for slug in rows["stage"].unique()}
    )
    return [
        Column(_("No."), range(place + 1, place + len(rows) + 1)),
        Column(_("Company"), rows["company"]),
        Column(_("Contact"), rows["name"]),
        Column(_("Phone"), [_phone(number) for number in rows["phone"].astype(object)]),
        Column(_("Email"), rows["email"]),
        Column(_p("a column", "To do"), asks),
        Column(_("Why"), [words.why(scope, lead) for lead in rows.itertuples(index=False)]),
        Column(_("Temperature"), _values("temperature", rows)),
        Column(_("Stage"), stages),
        Column(_("Since"), since),
        Column(_("Days there"), rows["days"].round(1)),
        Column(_("Limit, days"), rows["limit_days"].round(1)),
        Column(_("Overdue by, days"), rows["over_days"].round(1)),
        Column(_("Value"), rows["value"].round(0)),
        Column(_("Currency"), rows["value_currency"]),
        Column(_("Value is"), rows["value_from"].map(origin)),
        Column(_("Chance, %"), (rows["chance"].astype(float) * 100).round(1)),
        Column(_("Owner"), rows["owner"]),
        Column(_("Team"), rows["team"]),
        Column(_("Source"), _values("source", rows)),
        Column(_("Lead id"), rows["lead_id"]),
    ]


def _phone(number: object) -> str | None:
    return phones.shown(number) if isinstance(number, str) else None


def _values(dimension: str, rows: pd.DataFrame) -> "pd.Series[str]":
    known = rows[dimension].dropna().unique()
    return rows[dimension].map({each: labels.value_label(dimension, each) for each in known})


def _how(scope: Scope, found: Listing, rows: pd.DataFrame) -> card.How:
    return provenance.how_asked(
        "to_do",
        lambda: _sentences(scope),
        found.asked,
        rows,
        of_today=True,
    )


def _let_go(scope: Scope) -> str:
    by_days = _(
        "longer than {days} days, or than twice the limit where that is more.",
        days=formats.number(outlook.LET_GO_DAYS),
    )
    if scope.view.call_cost is None:
        return by_days
    return _(
        "chance × value × {margin} margin is less than the {cost} that a call costs; where chance "
        "or value is not known, {by_days}",
        margin=formats.percent(scope.view.credit.margin / 100, 0),
        cost=formats.money(scope.view.call_cost, scope.generation.currency),
        by_days=by_days,
    )


def _sentences(scope: Scope) -> provenance.Sentences:
    limits = ", ".join(
        f"{markdown.plain(words.stage_name(scope, slug))} "
        f"{words.in_days(scope, each.limit / scope.day_seconds)}"
        for slug, each in answers.outlook(scope).items()
        if each.limit is not None
    )
    return [
        (
            _("Counted:"),
            _(
                "leads open at {as_of}, whenever they came: this page has no period.",
                as_of=formats.instant(scope.as_of, scope.zone.key),
            ),
        ),
        (
            _("Overdue:"),
            _(
                "longer in the stage than its limit in the pipeline, or without one than half of "
                "all stays there: {limits}.",
                limits=limits,
            ),
        ),
        (_("To let go:"), _let_go(scope)),
        (
            _("Value:"),
            _(
                "the lead's own amount; else, with “about”, the mean of won leads of its company "
                "size, or of all."
            ),
        ),
        (
            _("Chance:"),
            _(
                "of being won eventually, of leads that had stayed as long in the stage: where "
                "their stays led (Aalen–Johansen), and what became of leads from there (Markov "
                "chain of all leads, whatever the filters). Who never left counts as not won."
            ),
        ),
        (
            _("Order:"),
            _("value × chance × days in the stage ÷ limit, which counts three times at most."),
        ),
    ]
