"""The names of stages, and the stage that a column of dates is of."""

import re
from functools import cache
from unicodedata import normalize

from data.mapping.headings import table
from data.pipeline import Pipeline
from data.values.text import heading, plain

_QUOTED = re.compile(r"""^date entered ["'](.+?)( \([^()]*\))?["']$""")
_API_NAME = re.compile(r"^(?:hs_(?:v2_)?date_entered_|hs_lifecyclestage_)(.+?)(?:_date)?$")
_BEFORE = frozenset(
    "date of entered became a an ngay time deal lead gio hs v2 lifecyclestage vao len".split()
)
_AFTER = frozenset("date at on time day ngay luc".split())


@cache
def stage_names(pipeline: Pipeline) -> dict[str, str]:
    """Every name of a stage or exit, in the form that `plain` gives it, and its slug."""
    slugs = (*pipeline.slugs, *pipeline.exit_slugs)
    names = {
        plain(name): slug
        for slug, words in table()["stages"].items()
        if slug in slugs
        for name in words
    }
    for slug, labels in [(part.slug, part.labels) for part in pipeline.stages] + [
        (part.slug, part.labels) for part in pipeline.exits
    ]:
        names |= {plain(label): slug for _, label in labels}
    return names | {plain(slug): slug for slug in slugs}


@cache
def _dated_names(pipeline: Pipeline) -> dict[str, str]:
    """What else a column of dates may be called: `Ngày báo giá`."""
    slugs = (*pipeline.slugs, *pipeline.exit_slugs)
    return {
        plain(name): slug
        for slug, words in table()["dated"].items()
        if slug in slugs
        for name in words
    }


def stage_of_heading(header: str, pipeline: Pipeline) -> str | None:
    """The stage whose dates a column holds, by its header: `Became a Customer Date`, `MQL date`."""
    names = stage_names(pipeline)
    quoted = _QUOTED.match(heading(header))
    text = quoted[1] if quoted else header
    words = plain(text).split()
    dated = _dated_names(pipeline)
    said = False
    while words and " ".join(words) not in names:
        if said and " ".join(words) in dated:
            return dated[" ".join(words)]
        if words[-1] in _AFTER:
            words = words[:-1]
        elif words[0] in _BEFORE:
            words = words[1:]
        else:
            return None
        said = True
    return names.get(" ".join(words))


def named_stage(header: str) -> str | None:
    """The name of the stage that a column of HubSpot dates, as it is written there.

    `Date entered "Qualified To Buy (Sales Pipeline)"` dates `Qualified To Buy`,
    `hs_v2_date_entered_qualifiedtobuy` dates `qualifiedtobuy`.
    """
    straight = heading(header)
    if quoted := _QUOTED.match(straight):
        start = straight.index(quoted[1])
        whole = " ".join(normalize("NFC", header).removeprefix("\ufeff").split())
        return whole[start : start + len(quoted[1])]
    if (found := _API_NAME.match(straight)) and found[1] != "current_stage":
        return found[1]
    return None
