"""What the store holds, as the data page shows it: size, files, refusals and versions."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from analytics import holdings
from data import sample
from data.store import Store, StoreError
from ui import frame, labels, scene, words
from ui.scene import Scene
from ui.words import _, _n


def summary(sight: Scene) -> None:
    """One sentence: how much there is, of what time, and whether it is real."""
    generation = sight.generation
    size = holdings.size(generation)
    zone = generation.time_zone
    text = _(
        "**{leads} leads with {moves} moves**, from {first} to {last} ({zone}).",
        leads=words.number(size.leads),
        moves=words.number(size.moves),
        first=words.instant(generation.first_event, zone),
        last=words.instant(generation.last_event, zone),
        zone=words.zone(zone),
    )
    if generation.sample:
        text += " " + _("It is a made-up sample: your first load replaces it.")
    st.markdown(text)
    strange = holdings.unknown_stages(generation)
    if not strange.empty:
        what = ", ".join(
            f"{frame.plain(row.stage)} ({words.number(row.moves)})"
            for row in strange.itertuples(index=False)
        )
        st.info(
            _("Stages that the pipeline does not have are kept, not counted: {what}", what=what),
            icon=":material/help:",
        )


def files(sight: Scene) -> None:
    """The files behind the data."""
    rows = holdings.files(sight.generation)
    zone = sight.generation.time_zone
    if rows.empty:
        return
    title = _n("{n} file is in this data", "{n} files are in this data", rows["file"].nunique())
    table = pd.DataFrame(
        {
            _("File"): rows["file"],
            _("Loaded"): [words.instant(at.to_pydatetime(), zone) for at in rows["loaded_at"]],
            _("Rows read"): rows["rows_read"].map(words.number),
            _("Rows loaded"): rows["rows_loaded"].map(words.number),
            _("Rows refused"): rows["rows_rejected"].map(words.number),
        }
    )
    with frame.card(title, _("Latest first.")):
        frame.table(table)


def refused(sight: Scene) -> None:
    """What was refused, by reason, with every row to download."""
    rows = holdings.refused(sight.generation)
    if rows.empty:
        with frame.card(_("Nothing was refused"), _("Every row that was read is in the data.")):
            return
    title = _n("{n} row or value was refused", "{n} rows or values were refused", len(rows))
    counts = rows.groupby(["file", "reason"], as_index=False).size()
    table = pd.DataFrame(
        {
            _("Reason"): counts["reason"].map(labels.reason_label),
            _("File"): counts["file"],
            _("Rows"): counts["size"].map(words.number),
        }
    )
    with frame.card(title, _("Each is kept with its file, line and reason.")):
        frame.table(table)
        frame.download(_("All refused rows as CSV"), lambda: rows, "refused")


def versions(sight: Scene, store: Store) -> None:
    """The generations that are kept, and showing one of them."""
    rows = holdings.kept(store)
    zone = sight.generation.time_zone
    title = _n("{n} version is kept", "{n} versions are kept", len(rows))
    subtitle = _("A load makes a new version; links that name an older one keep working.")
    with frame.card(title, subtitle):
        key = scene.key("version")
        st.session_state[key] = sight.generation.number
        texts = {
            row.generation: _(
                "Version {number}: {leads} leads, made {made}",
                number=row.generation,
                leads=words.number(row.leads),
                made=words.instant(row.made_at.to_pydatetime(), zone),
            )
            for row in rows.itertuples(index=False)
        }
        st.radio(
            _("Version shown"),
            list(texts),
            format_func=lambda number: texts.get(number, str(number)),
            label_visibility="collapsed",
            key=key,
            on_change=lambda: _show_version(store, st.session_state[key]),
        )


def sample_button(store: Store) -> None:
    """Makes the sample, for a store that has nothing yet."""
    if not st.button(_("Make the sample"), icon=":material/science:"):
        return
    bar = st.progress(0.0, _("Making the sample…"))

    def tell(_what: str, share: float) -> None:
        bar.progress(min(share, 1.0), _("Making the sample…"))

    try:
        sample.write(store, progress=tell)
    except StoreError as error:
        st.error(str(error))
        return
    st.rerun()


def _show_version(store: Store, number: int) -> None:
    scene.show(replace(scene.view(), data=None if number == store.current() else number))
