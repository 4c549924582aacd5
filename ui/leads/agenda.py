"""The agenda: whom one person calls first, as appointments for the calendar that they use."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import islice

import pandas as pd
import streamlit as st

from analytics.leads import to_do
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.view.view import segment_text
from ui import answers, session
from ui.language import formats, labels, phones
from ui.language.messages import N_, _, _n
from ui.leads import parts, words
from ui.page import dialog, long_list
from ui.page.markdown import gray, plain

A_DAY = 10
"""Calls of a working day: as many as a page of the list has."""

MOST = 50
"""Calls in a file: the days after a week of work have another list."""

_CALL = timedelta(minutes=15)
_MOST_OWNERS = 30
_PART, _FIRST_DAY = "part", "first_day"


def button(scope: Scope, found: Listing) -> None:
    """The button that offers a calendar file for each owner of the leads to call."""
    dialog.button(
        _("Calendar"),
        "to_do_calendar",
        partial(_offered, scope, found),
        icon=":material/event:",
        type="tertiary",
        width="small",
    )


def _offered(scope: Scope, found: Listing) -> None:
    st.markdown(
        _(
            "A file for each person: their first {most} calls, {a_day} a working day from "
            "tomorrow on, with whom to call and why. Loaded again, it moves a call and makes no "
            "second one.",
            most=formats.number(MOST),
            a_day=formats.number(A_DAY),
        )
    )
    tomorrow = datetime.now(scope.zone).date() + timedelta(days=1)
    about = {_PART: scope.view.tab, _FIRST_DAY: tomorrow.isoformat()}
    groups = answers.to_do_groups(found, "owner")
    with st.container(gap=None):
        for row in groups.head(_MOST_OWNERS).itertuples(index=False):
            name = row.name if isinstance(row.name, str) else None
            own = scope.at(scope.view.where("owner", [name]))
            st.link_button(
                f"{plain(labels.value_label('owner', name))} · {formats.number(row.leads)}",
                long_list.address(own, FILE.name, about, "ics"),
                icon=":material/event:",
                type="tertiary",
                key=session.key(f"calendar_{segment_text(name)}"),
            )
    others = len(groups) - _MOST_OWNERS
    if others > 0:
        said = _n("{n} other person: choose a team.", "{n} other people: choose a team.", others)
        st.markdown(gray(said))


def _calls(scope: Scope, about: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    """The calls with when they begin and end: naive UTC."""
    try:
        first_day = date.fromisoformat(about[_FIRST_DAY])
    except ValueError:
        raise KeyError(_FIRST_DAY) from None
    rows = parts.of(to_do.listing(scope), about.get(_PART)).page(0, MOST)
    begins = list(islice(_times(scope, first_day), len(rows)))
    leads = list(rows.itertuples(index=False))
    yield pd.DataFrame(
        {
            "id": rows["lead_id"],
            "begins": begins,
            "ends": [each + _CALL for each in begins],
            "what": [f"{words.company(lead)}: {words.ask(scope, lead)}" for lead in leads],
            "why": [_told(scope, lead) for lead in leads],
        }
    )


def _told(scope: Scope, lead: "pd.Series[object]") -> str:
    number = phones.shown(lead.phone) if isinstance(lead.phone, str) else None
    mail = labels.own(lead.email) if isinstance(lead.email, str) else None
    lines = [words.why(scope, lead), words.contact(lead), number, mail, labels.own(lead.lead_id)]
    return "\n".join(line for line in lines if line)


def _times(scope: Scope, first_day: date) -> Iterator[datetime]:
    """When one call after another begins: in the morning of each working day."""
    hours = scope.generation.pipeline.calendar
    opens = time(hours.opens // 60 % 24, hours.opens % 60)
    for week in range(100):
        since = first_day + timedelta(weeks=week)
        for day in hours.days(since, since + timedelta(days=6)):
            morning = datetime.combine(day, opens, scope.zone)
            for place in range(A_DAY):
                yield (morning + place * _CALL).astimezone(UTC).replace(tzinfo=None)


FILE = long_list.File("calls", N_("Calls"), _calls)


def written(pieces: Iterator[pd.DataFrame], title: str, _about: pd.DataFrame) -> Iterator[bytes]:
    """The calls as an iCalendar file."""
    # Here, because it takes a while to import and most pages never do.
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Pheu//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Pheu – {_(title)}")
    for rows in pieces:
        for call in rows.itertuples(index=False):
            event = icalendar.Event()
            event.add("uid", f"{call.id}@pheu")
            event.add("dtstamp", call.begins.tz_localize(UTC))
            event.add("dtstart", call.begins.tz_localize(UTC))
            event.add("dtend", call.ends.tz_localize(UTC))
            event.add("summary", call.what)
            event.add("description", call.why)
            calendar.add_component(event)
    yield calendar.to_ical()
