"""The second step: what each column means, as it was recognised, for the reader to correct."""

import re
from functools import partial, reduce
from zoneinfo import available_timezones

import streamlit as st

from data.draft import DEFAULT_TIME_ZONE
from data.mapping.fields import REQUIRED
from ui import session
from ui.data.wizard import choice, stepper, words
from ui.data.wizard.plan import IGNORE, KEEP, STAGE, Plan, PlannedFile
from ui.language import formats
from ui.language.messages import N_, _, _n
from ui.page import card
from ui.page.markdown import gray, plain

_ORDERS = {None: N_("Tell from the column"), "dmy": N_("Day first"), "mdy": N_("Month first")}
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}\b")
_DATES = ("created_at", "entered_at", "changed_at", "closed_at", "touched_at", "day", "until")
_TELLING = ("phone", "email", "name", "company")
_LONGEST = 80  # letters of examples
_NEAR = (DEFAULT_TIME_ZONE, "Asia/Bangkok", "Asia/Singapore", "Asia/Tokyo", "UTC")


def show(plan: Plan) -> None:
    """A card for each file, and one for what holds for all of them."""
    for file in plan.files:
        _file(plan, file)
    _times(plan)
    missing = plan.missing()
    for file, name in missing:
        st.warning(
            _(
                "{file}: say which column is “{field}”.",
                file=plain(file.name),
                field=words.field(name),
            ),
            icon=":material/help:",
        )
    stepper.bar(plan, ready=not missing)


def _file(plan: Plan, file: PlannedFile) -> None:
    """The columns of a file: those that mean something, and the others, folded."""
    assert file.top is not None
    assert file.proposal is not None
    known = [header for header in file.top.headers if _is_known(file, header)]
    others = [header for header in file.top.headers if not _is_known(file, header)]
    title = _("{known} of {all} columns recognised", known=len(known), all=len(file.top.headers))
    named = f"{plain(file.name)}. " if len(plan.files) > 1 else ""
    with card.card(title, named + _("Correct what is wrong.")):
        kind, identity = st.columns(2, gap="small")
        with kind:
            _kind(file)
        if file.kind == "leads" and file.header_of("lead_id") is None:
            with identity:
                _identity(file)
        for asked in file.proposal.questions:
            if asked.code not in ("which_sheet", "day_month_order", "stage_of_status"):
                st.info(words.question(asked), icon=":material/help:")
        for told in file.proposal.remarks:
            if told.code != "told_apart_by":  # that is a question here
                st.markdown(gray(words.remark(told, file)))
        options = _meanings(plan, file)
        for header in known:
            _column(file, header, options)
        if others:
            _others(file, others, options)


def _is_known(file: PlannedFile, header: str) -> bool:
    """Whether a column means something; one that it is being taken from stays where it is."""
    assert file.proposal is not None
    return file.meanings[header] not in (KEEP, IGNORE) or (
        header not in file.proposal.unused and header not in file.proposal.entry.ignore
    )


def _others(file: PlannedFile, headers: list[str], options: dict[str, str]) -> None:
    label = _n(
        "{n} other column: kept to filter by", "{n} other columns: kept to filter by", len(headers)
    )
    key = session.key(f"wizard_others_{file.path.parent.name}")
    folded = st.expander(label, key=key, on_change="rerun")
    if folded.open:
        with folded:
            for header in headers:
                _column(file, header, options)


def _kind(file: PlannedFile) -> None:
    kinds = {kind: _(text) for kind, text in words.KINDS.items()}
    if file.kind != "lookup":  # what it is joined by can be said in a mapping only
        kinds.pop("lookup")
    choice.select(_("What the rows are"), kinds, file.kind, f"kind {file.path}", file.be)


def _column(file: PlannedFile, header: str, options: dict[str, str]) -> None:
    """A column by its header and examples, and the list of what it can be."""
    told, chosen = st.columns([3, 2], vertical_alignment="center", gap="small")
    with told:
        st.markdown(f"**{plain(header)}** {gray(_examples(file, header))}")
    with chosen:
        now = file.meanings[header]
        choice.select(
            _("What is {header}?", header=header),
            options if now in options else {now: words.field(now), **options},
            now,
            f"meaning {file.path} {header}",
            partial(file.mean, header),
            seen=False,
        )


def _examples(file: PlannedFile, header: str) -> str:
    assert file.top is not None
    place = file.top.headers.index(header)
    cells = dict.fromkeys(cell for row in file.top.rows if (cell := row[place]))
    shown = " · ".join(list(cells)[:3])[:_LONGEST]
    return plain(shown) if shown else _("empty")


def _meanings(plan: Plan, file: PlannedFile) -> dict[str, str]:
    """What a column of such a file can be: what is needed first, then the rest."""
    fields = file.possible()
    needed = [name for name in REQUIRED[file.table] if name in fields]
    names = [*needed, *(name for name in fields if name not in needed)]
    found = [KEEP, IGNORE, *names]
    if file.kind == "leads":
        found += [STAGE + slug for slug in (*plan.pipeline.slugs, *plan.pipeline.exit_slugs)]
    told = {word: words.meaning(word, plan.pipeline) for word in found}
    for word in {*file.meanings.values()} - {*told}:
        told[word] = words.meaning(word, plan.pipeline)
    return told


def _identity(file: PlannedFile) -> None:
    """Asks what tells leads apart that have no id."""
    assert file.proposal is not None
    options: dict[tuple[tuple[str, ...], ...], str] = {}
    proposed = file.proposal.entry.identity
    alone = [((header,),) for name in _TELLING[:2] if (header := file.header_of(name))]
    both = tuple(header for name in _TELLING[2:] if (header := file.header_of(name)))
    for identity in [proposed, *alone, *([(both,)] if both else [])]:
        if identity:
            groups = [" + ".join(plain(header) for header in group) for group in identity]
            options[identity] = reduce(_or_else, groups)
    if not options:
        return
    choice.select(
        _("No column has ids. What tells leads apart?"),
        options if file.identity in options else {(): _("A column that I choose below"), **options},
        file.identity,
        f"identity {file.path}",
        partial(_identify, file),
    )


def _or_else(first: str, second: str) -> str:
    return _("{first}, or else {second}", first=first, second=second)


def _identify(file: PlannedFile, identity: tuple[tuple[str, ...], ...]) -> None:
    file.identity, file.is_corrected = identity, True


def _times(plan: Plan) -> None:
    """The time zone, and where it cannot be told the order of day and month: once for all files."""
    with card.card(_("Dates and times")):
        left, right = st.columns(2, gap="small")
        if any(is_order_open(file) for file in plan.files):
            with right:
                order(plan)
        zones = [zone for zone in (plan.zone, *_NEAR) if zone]
        everywhere = sorted(name for name in available_timezones() if "/" in name)
        with left:
            choice.select(
                _("Time zone of times without one"),
                {zone: zone.replace("_", " ") for zone in (*zones, *everywhere)}
                | {zone: f"{formats.zone(zone)} ({zone.replace('_', ' ')})" for zone in zones},
                plan.zone,
                "zone",
                partial(setattr, plan, "zone"),
            )


def order(plan: Plan) -> None:
    """Asks for the order of day and month."""
    example = next((date for file in plan.files for date in _slashed(file)), "03/04/2026")
    choice.select(
        _("Dates such as {example}", example=example),
        {order: _(text) for order, text in _ORDERS.items()},
        next((file.order for file in plan.files if file.order), None),
        "order",
        partial(_order, plan),
    )


def _order(plan: Plan, order: str | None) -> None:
    for file in plan.files:
        file.order = order


def is_order_open(file: PlannedFile) -> bool:
    """Whether no date in the rows that were seen tells which comes first, or it was said."""
    assert file.proposal is not None
    asked = {question.code for question in file.proposal.questions}
    if file.order is not None or "day_month_order" in asked:
        return True
    dates = [found for date in _slashed(file) if (found := _SLASHED.match(date))]
    return bool(dates) and not any(int(part) > 12 for date in dates for part in date.groups())


def _slashed(file: PlannedFile) -> list[str]:
    """The dates in the rows that were seen in which the order of day and month matters."""
    if file.top is None:
        return []
    places = [
        file.top.headers.index(header)
        for header, word in file.meanings.items()
        if word in _DATES or word.startswith(STAGE)
    ]
    cells = (row[place] or "" for row in file.top.rows for place in places)
    return [cell for cell in cells if _SLASHED.match(cell)]
