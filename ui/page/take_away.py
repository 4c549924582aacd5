"""Take away: a page as slides, on paper and as a workbook, and each figure as a picture.

Nothing of it is made, or kept, before somebody asks: then the page is drawn once more, for nobody's
screen, in a thread beside the reader's, who goes on.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from textwrap import wrap
from typing import Literal
from urllib.parse import urlencode

import streamlit as st

from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.view import View
from data.errors import StoreError
from data.sight import WHOLE
from data.stories import Slide, Story
from ui import answers, guest, navigation, session
from ui.language import current
from ui.language.messages import N_, _
from ui.page import about as origin
from ui.page import dialog, offscreen, reading
from ui.page.markdown import gray
from ui.report.report import Report

_FORMS = (
    (
        "pptx",
        "PowerPoint",
        N_("A slide for each finding. Charts can be edited, and the notes say how it counts."),
        ":material/slideshow:",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    (
        "pdf",
        "PDF",
        N_("The page on paper, to print and to send."),
        ":material/picture_as_pdf:",
        "application/pdf",
    ),
    (
        "xlsx",
        "Excel",
        N_("The tables and the numbers of the charts, and a sheet that says how they count."),
        ":material/table:",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
)
_WIDTH, _LINE = 1000, 160  # px of a picture, and characters of a line at its foot


def button() -> None:
    """The button that opens the ways to take a page away."""
    dialog.button(_("Take away"), "take_away", _ways, icon=":material/download:", type="tertiary")


def pictures(charts: Sequence[str]) -> None:
    """Buttons that make a picture of each of these figures of the page."""
    if not charts:
        return
    from ui.report import picture

    if not picture.is_there():
        st.markdown(gray(picture.missing()))
        return
    about = offscreen.reader()
    for number, name in enumerate(dict.fromkeys(charts), 1):
        for form in ("PNG", "SVG"):
            _download(
                form if len(charts) == 1 else f"{form} {number}",
                partial(_picture, about, name, form),
                f"{name}.{form.lower()}",
                "image/png" if form == "PNG" else "image/svg+xml",
                icon=":material/image:",
            )


def of_story(story: Story) -> None:
    """Buttons that make a file of all slides of a story, each as its reader sees it."""
    about, server, lang = offscreen.reader(), navigation.server(), current.lang()
    day = session.current().day(session.current().as_of)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(gray(_("All slides as a file:")), width="content")
        for form, label, _says, icon, media_type in _FORMS:
            make = partial(_story_file, about, server, lang, story, form)
            _download(label, make, f"story-{story.id}-{day}.{form}", media_type, icon=icon)


def _story_file(about: offscreen.Reader, server: str, lang: str, story: Story, form: str) -> bytes:
    return write([_slide(about, server, lang, slide) for slide in story.slides], form)


def _slide(about: offscreen.Reader, server: str, lang: str, slide: Slide) -> Report:
    """What a slide shows: its own words first, and of one card that card alone."""
    share = slide.share
    asked, _lost = View.parse({**share.link, "lang": lang})
    sight = about.visitor.sight if about.visitor else WHOLE
    generation, view, _unknown = vocabulary.opened(asked, answers.store(), sight)
    at = navigation.path(share.page)
    state = session.showing(Scope(view, generation))
    told = report(replace(about, page=share.page, url=f"{server}/{at}", state=state))
    told = replace(told, title=f"{told.title} · {told.finding}".strip(" ·"), finding=share.title)
    if not any(card.name == slide.card for card in told.cards):
        return told
    return replace(told, tiles=(), cards=[card for card in told.cards if card.name == slide.card])


def report(about: offscreen.Reader) -> Report:
    """What a reader's page shows, as a value that any file is written from."""
    drawn = offscreen.draw(about)
    scope = drawn.scope
    current.use(scope.view.lang)
    shared = guest.shared(about.state)
    if shared is None:
        with suppress(StoreError):  # a store that may not be written keeps what it can
            answers.store().pin(scope.generation.number)
    return Report(
        lang=scope.view.lang,
        title=navigation.title(about.page),
        finding=reading.finding(drawn),
        tiles=reading.tiles(drawn),
        cards=reading.cards(drawn),
        about=origin.lines(scope, with_filters=shared is None or not shared.share.hides_filters),
        lists=drawn.lists,
        link=session.address(scope.frozen_view(), about.url)
        if shared is None
        else f"{about.url}?{urlencode(shared.query(scope.view))}",
    )


def write(reports: Sequence[Report], form: str) -> bytes:
    """The pages one after the other as a file: `pptx`, `pdf` or `xlsx`.

    What writes it is only loaded now.
    """
    if form == "xlsx":
        from ui.report import sheets

        return sheets.write(reports)
    from ui.report import paper, picture, slides

    make = paper.write if form == "pdf" else slides.write
    return make(reports, picture.paint)


def _ways() -> None:
    from ui.report import picture

    about, scope = offscreen.reader(), session.current()
    for form, label, says, icon, media_type in _FORMS:
        name = f"{about.page}-{scope.day(scope.as_of)}.{form}"
        _download(label, partial(_file, about, form), name, media_type, icon=icon, wide=True)
        st.markdown(gray(_(says)))
    if not picture.is_there():
        st.markdown(gray(picture.missing()))
    st.markdown(_("It takes a few seconds. The page can be used meanwhile."))


def _file(about: offscreen.Reader, form: str) -> bytes:
    return write([report(about)], form)


def _picture(about: offscreen.Reader, name: str, form: Literal["PNG", "SVG"]) -> bytes:
    from ui.report import picture

    found = report(about)
    card, chart = next(
        (card, chart) for card in found.cards for chart in card.charts() if chart.name == name
    )
    of_it = " · ".join(text for _lead_in, text in found.about)
    noted = [line for note in chart.notes() for line in wrap(" ".join(note), _LINE)]
    foot = [*noted, of_it, found.link]
    figure = picture.framed(chart.figure, card.title, card.subtitle, foot)
    return picture.paint(figure, "png" if form == "PNG" else "svg", _WIDTH)


def _download(
    label: str,
    make: Callable[[], bytes],
    file: str,
    media_type: str,
    *,
    icon: str,
    wide: bool = False,
) -> None:
    st.download_button(
        label,
        data=session.while_let_in(make),
        file_name=f"pheu-{file}",
        mime=media_type,
        icon=icon,
        type="secondary" if wide else "tertiary",
        width="stretch" if wide else "content",
        on_click="ignore",
        key=session.key(f"take_{file}"),
    )
