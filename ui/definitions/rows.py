"""Terms as rows of a table: each has a place of its own in the page, which links name.

Streamlit has places for headings only; and eighty terms in columns of their own are slow to draw.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from html import escape

from analytics import names
from analytics.names import Name
from data.pipeline import GROUPS, Pipeline
from data.temperature import Temperature
from ui import navigation
from ui.language import criteria as words
from ui.language import current, labels
from ui.language.bilingual import both
from ui.language.glossary.entries import Chapter, Term
from ui.language.messages import N_, _

WINDOWS = {
    names.PERIOD: N_("the page's period"),
    names.YEAR: N_("12 months"),
    names.MATURE: N_("the latest 91 days that were followed long enough"),
}
_MARKS = (
    (re.compile(r"\*\*(.+?)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\*(.+?)\*"), r"<em>\1</em>"),
    (re.compile(r"`(.+?)`"), r"<code>\1</code>"),
)


def numbers(found: Sequence[Name]) -> str:
    """HTML for a table of numbers: what each is called, what it counts, and where it stands."""
    headings = (_("Name"), _("What it counts"), _("Not to be called"))
    rows = [
        _row(
            name.anchor,
            partial(_name_of, name),
            _cells(headings, _about(name)),
        )
        for name in found
    ]
    return _table(_("Names of the numbers"), headings, rows)


def chapter(entry: Chapter, *, unfolded: bool) -> str:
    """HTML for a chapter: its title, which unfolds what it contrasts, and its terms."""
    inside = ""
    if entry.contrasts:
        groups = [labels.group_label(group) for group in GROUPS[:3]]
        rows = [
            f"<tr><th scope='row'>{inline(_(row.criterion))}</th>"
            + "".join(f"<td>{inline(_(getattr(row, group)))}</td>" for group in GROUPS[:3])
            + "</tr>"
            for row in entry.contrasts
        ]
        inside += _table(_(entry.title), (_("Criterion"), *groups), rows)
    if entry.disagreements:
        inside += _disagreements(entry)
    inside += terms(entry)
    return (
        f"<details class='chapter' id='{entry.anchor}'{' open' * unfolded}>"
        f"<summary><h2>{inline(_(entry.title))}</h2>"
        f"<span class='other'>{inline(_(entry.about))}</span></summary>{inside}</details>"
    )


def _disagreements(entry: Chapter) -> str:
    """A table of the matters on which what is written disagrees, each reading on a line."""
    headings = (
        _("Matter"),
        _("What the textbooks say"),
        _("What Pheu takes"),
        _("To have it otherwise"),
    )
    rows = []
    for each in entry.disagreements:
        readings = "".join(f"<li>{inline(_(reading))}</li>" for reading in each.readings)
        cells = (f"<ul>{readings}</ul>", inline(_(each.taken)), inline(_(each.otherwise)))
        matter = f"<th scope='row'>{inline(_(each.matter))}</th>"
        rows.append(f"<tr>{matter}{''.join(_cells(headings, cells))}</tr>")
    return _table(_(entry.title), headings, rows)


def criteria(pipeline: Pipeline) -> str:
    """HTML for a table of the stages that have a criterion: those that hold, and the proposed."""
    headings = (_("Stage"), _("What a lead has to be"), _("Test"))
    written = []
    for stage in pipeline.stages:
        for each in stage.criteria:
            if each is not stage.criterion and not each.is_proposed:
                continue
            agreed = escape(words.agreed(each))
            text = f"{escape(words.said(each))}<span class='other'>{agreed}</span>"
            test = f"<code>{escape(each.test.text)}</code>" if each.test else ""
            name = escape(labels.stage_label(pipeline, stage.slug))
            cells = "".join(_cells(headings, (text, test)))
            written.append(f"<tr><th scope='row'>{name}</th>{cells}</tr>")
    return _table(_("What we agreed to call each stage"), headings, written)


def temperature(rules: Temperature) -> str:
    """HTML for a table of a company's own rules of how hot a lead is."""
    headings = (_("Temperature"), _("What a lead has to be"))
    meant = (
        ("hot", f"<code>{escape(rules.hot.text)}</code>"),
        ("warm", f"<code>{escape(rules.warm.text)}</code>"),
        ("cold", escape(_("Something is known that is asked for, but neither is met."))),
    )
    written = [
        f"<tr><th scope='row'>{escape(labels.value_label('temperature', value))}</th>"
        f"{''.join(_cells(headings, (said,)))}</tr>"
        for value, said in meant
    ]
    return _table(_("When we call a lead hot"), headings, written)


def terms(entry: Chapter) -> str:
    """HTML for a table of a chapter's terms; nothing where it has none."""
    rows = [_row(term.anchor, term.name, [f"<td>{_meaning(term)}</td>"]) for term in entry.terms]
    return _table(_(entry.title), (_("Word"), _("What it means")), rows) if rows else ""


def inline(text: str) -> str:
    """HTML for a text of ours, with the marks that it may have: bold, emphasis and code."""
    written = escape(text)
    for mark, tag in _MARKS:
        written = mark.sub(tag, written)
    return written


def _name_of(name: Name) -> str:
    return name.label(current.lang())


def _about(name: Name) -> list[str]:
    """What it counts, below that over what time and where it stands; and what it is not called."""
    lang = current.lang()
    pages = ", ".join(navigation.title(page) for page in name.pages)
    over = inline(_("Over {window} · on {pages}", window=_(WINDOWS[name.window]), pages=pages))
    return [
        f"{inline(name.counts(lang))}<span class='other'>{over}</span>",
        inline(", ".join(name.never(lang))),
    ]


def _meaning(term: Term) -> str:
    meaning = inline(_(term.meaning))
    if not term.told_by:
        return meaning
    told_by = inline(_("Typical signs: {what}", what=_(term.told_by)))
    return f"{meaning}<span class='other'>{told_by}</span>"


def _row(anchor: str, name: Callable[[], str], cells: Iterable[str]) -> str:
    here, there = both(name)
    lang = "en" if current.lang() == "vi" else "vi"
    other = f"<span class='other' lang='{lang}'>{inline(there)}</span>" if there else ""
    return f"<tr id='{anchor}'><th scope='row'>{inline(here)}{other}</th>{''.join(cells)}</tr>"


def _cells(headings: Sequence[str], cells: Iterable[str]) -> list[str]:
    """The cells of a row after its first; narrow, each is a block below its heading."""
    return [
        # Nothing need not be said there.
        f"<td data-heading='{escape(heading, quote=True)}'>{cell}</td>" if cell else "<td></td>"
        for heading, cell in zip(headings[1:], cells, strict=True)
    ]


def _table(caption: str, headings: Sequence[str], rows: Iterable[str]) -> str:
    head = "".join(f"<th scope='col'>{inline(heading)}</th>" for heading in headings)
    return (
        f"<table class='terms'><caption>{inline(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )
