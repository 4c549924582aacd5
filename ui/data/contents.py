"""What the store holds, as the data page shows it: size, files, refusals and versions."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from analytics.scope import Scope
from data import contents, shares
from data.errors import StateRefused, StoreError
from data.shares import Made
from data.store import Store, kept_generations
from ui import session
from ui.data import kinds
from ui.language import failures, formats, loading
from ui.language.messages import N_, _, _n
from ui.page import card, long_list, markdown, table
from ui.page.table import Column

if TYPE_CHECKING:
    import pandas as pd


def summary(scope: Scope) -> None:
    """One sentence: how much there is, of what time, and whether it is real."""
    generation = scope.generation
    size = contents.size(generation)
    zone = generation.time_zone
    about = {
        "leads": formats.number(size.leads),
        "first": formats.instant(generation.first_event, zone),
        "last": formats.instant(generation.last_event, zone),
        "zone": formats.zone(zone),
    }
    if size.moves:
        text = _(
            "**{leads} leads with {moves} moves**, from {first} to {last} ({zone}).",
            moves=formats.number(size.moves),
            **about,
        )
    else:
        text = _(
            "**{leads} leads, each with its present status**, from {first} to {last} ({zone}).",
            **about,
        )
    if generation.sample:
        text += " " + _("It is a made-up sample: your first load replaces it.")
    st.markdown(text)
    unknown = contents.unknown_stages(generation)
    if not unknown.empty:
        what = ", ".join(
            f"{markdown.plain(row.stage)} ({formats.number(row.moves)})"
            for row in unknown.itertuples(index=False)
        )
        st.info(
            _("Stages that the pipeline does not have are kept, not counted: {what}", what=what),
            icon=":material/help:",
        )


def files(scope: Scope) -> None:
    """The files behind the data."""
    rows = contents.files(scope.generation)
    zone = scope.generation.time_zone
    if rows.empty:
        return
    title = _n("{n} file is in this data", "{n} files are in this data", rows["file"].nunique())
    columns = [
        Column(_("File"), rows["file"]),
        Column(_("Content"), rows["table"].map(kinds.table)),
        Column(
            _("Loaded"), [formats.instant(at.to_pydatetime(), zone) for at in rows["loaded_at"]]
        ),
        Column(_("Rows read"), rows["rows_read"], formats.number),
        Column(_("Rows loaded"), rows["rows_loaded"], formats.number),
        Column(_("Rows refused"), rows["rows_rejected"], formats.number),
    ]
    with card.card(title, _("Latest first.")):
        table.read(columns, caption=title, key="loaded_files")


def refused(scope: Scope) -> None:
    """What was refused, by reason, with every row to download."""
    counts = contents.refusals(scope.generation)
    if counts.empty:
        with card.card(_("Nothing was refused"), _("Every row that was read is in the data.")):
            return
    title = _n(
        "{n} row or value was refused",
        "{n} rows or values were refused",
        int(counts["rows"].sum()),
    )
    columns = [
        Column(_("Reason"), counts["reason"].map(loading.reason)),
        Column(_("File"), counts["file"]),
        Column(_("Rows"), counts["rows"], formats.number),
    ]
    with card.card(title, _("Each is kept with its file, line and reason.")):
        table.read(columns, caption=title, key="refused")
        long_list.file_link(scope, REFUSED.name, _("All refused rows as CSV"))


def refused_file(scope: Scope, _about: Mapping[str, str]) -> "Iterator[pd.DataFrame]":
    """Every row or value that was refused, in pieces, for a file."""
    return contents.refused(scope.generation)


REFUSED = long_list.File("refused", N_("Refused rows"), refused_file)


def versions(scope: Scope, store: Store) -> None:
    """The generations that are kept, why each is and how large, and showing one of them."""
    rows = contents.kept(store, scope.generation.sight)
    zone = scope.generation.time_zone
    title = _n("{n} version is kept", "{n} versions are kept", len(rows))
    subtitle = _("A load makes a new version; links that name an older one keep working.")
    with card.card(title, subtitle):
        key = session.key("version")
        st.session_state[key] = scope.generation.number
        texts = {
            row.generation: _(
                "Version {number}: {leads} leads, made {made}",
                number=row.generation,
                leads=formats.number(row.leads),
                made=formats.instant(row.made_at.to_pydatetime(), zone),
            )
            for row in rows.itertuples(index=False)
        }
        why = _reasons(store, list(texts))
        # How large a file is says how many leads there are that somebody may not see.
        captions = [
            why[row.generation]
            if scope.generation.sight.rows
            else _(
                "{size} MB; {why}", size=formats.number(row.bytes / 1e6, 1), why=why[row.generation]
            )
            for row in rows.itertuples(index=False)
        ]
        st.radio(
            _("Version shown"),
            list(texts),
            captions=captions,
            format_func=lambda number: texts.get(number, str(number)),
            label_visibility="collapsed",
            key=key,
            on_change=lambda: _show_version(store, st.session_state[key]),
        )


def _reasons(store: Store, numbers: Sequence[int]) -> dict[int, str]:
    """Why each generation is kept: in use, for shares and frozen links, or as one of the newest."""
    linked, newest = store.pinned(""), sorted(numbers)[-kept_generations() :]
    held: dict[int, list[Made]] = {}
    with suppress(StateRefused):
        held = shares.holding(store)
    current = store.current()
    return {
        number: " · ".join(
            [
                *([_("in use")] * (number == current)),
                *(
                    [_n("for {n} frozen share", "for {n} frozen shares", len(held[number]))]
                    if number in held
                    else []
                ),
                *([_("for frozen links")] * (number in linked)),
                *([_("one of the newest")] * (number in newest)),
            ]
        )
        or _("until the next load")
        for number in numbers
    }


def show_sample(store: Store) -> None:
    """Makes the sample, and shows its pages."""
    from data.sample import generate  # it brings along all of loading

    bar = st.progress(0.0, _("Making the sample…"))

    def show(_what: str, share: float) -> None:
        bar.progress(min(share, 1.0), _("Making the sample…"))

    try:
        generate.write(store, progress=show)
    except StoreError as error:
        st.error(markdown.plain(failures.said(error)))
        return
    st.rerun()


def _show_version(store: Store, number: int) -> None:
    generation = store.generation(number)
    named = (None, "") if generation == store.generation() else (number, generation.id)
    session.show(replace(session.view(), data=named[0], data_id=named[1]))
