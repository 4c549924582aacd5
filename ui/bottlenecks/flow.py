"""The card about flow: from which stage to which, back to earlier ones among them."""

from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.scope import Scope
from ui import answers, charts
from ui.bottlenecks import names
from ui.language import formats
from ui.language.messages import _
from ui.leads import parts
from ui.page import card, headline, markdown, notes, provenance, table
from ui.page.provenance import Sentences
from ui.page.table import Column

_LOST = "~lost"


def show_headline(scope: Scope) -> None:
    """From which stage to which most leads go back, and the way to who is there now."""
    links = _links(scope)
    if links.empty:
        headline.show(_("Nobody has left a stage in these days yet"))
        return
    most = _most_back(links)
    link = None if most is None else _who_is_at(scope, str(most["source"]))
    headline.show(flow_finding(scope, links), link=link)


def part(scope: Scope) -> None:
    """The flow below the headline, which says what is to be seen in it."""
    flow(scope, title=_("Where leads go from each stage"))


def flow(scope: Scope, *, title: str = "", with_table: bool = False) -> None:
    """Where stays in each stage ended: moved on, back, won or lost.

    Its `title` is what there is to see in it, unless another is given.
    """
    found = answers.bottlenecks(scope)
    links = _links(scope)
    if links.empty:
        return
    finding = flow_finding(scope, links)
    subtitle = _(
        "Leads that left each stage, {days}. Below: back to an earlier stage.",
        days=formats.days_between(found.before_first_day, found.last_day),
    )
    how = provenance.how_asked("stage_flow", _sentences, found.outcomes.asked, links)
    with card.card(title or finding, subtitle, how=how):
        figure = charts.flow(_nodes(scope, links), links, card.look())
        stages = {*links["source"], *links["target"]}
        axis = notes.of_steps(scope, stages, along="points")
        card.chart(figure, "stage_flow", alt=finding, axis=axis)
        if with_table:
            table.show(_columns(scope, links), height=300)


def flow_finding(scope: Scope, links: pd.DataFrame) -> str:
    """From which stage to which most go back."""
    most = _most_back(links)
    if most is None:
        return _("No lead goes back to an earlier stage")
    out = links.loc[links["source"] == most["source"], "value"].sum()
    return _(
        "Of 100 leads that leave {start}, {number} go back to {end}",
        start=markdown.plain(names.stage(scope, most["source"])),
        end=markdown.plain(names.stage(scope, most["target"])),
        number=formats.number(100 * most["value"] / out),
    )


def _most_back(links: pd.DataFrame) -> pd.Series | None:
    """The way back that most take."""
    backs = links[links["kind"] == "back"]
    return None if backs.empty else backs.loc[backs["value"].idxmax()]


def _who_is_at(scope: Scope, stage: str) -> headline.Link | None:
    """The way to the leads that are at a stage today; None for a stage that no link can name."""
    tab = parts.at_stage(stage)
    if tab is None:
        return None
    text = _("Call those at {stage} →", stage=markdown.plain(names.stage(scope, stage)))
    return "to_do", text, replace(scope.view, tab=tab, place=None)


def _sentences() -> Sentences:
    """How the flow is counted."""
    return [
        (_("Counted:"), _("stays in a stage that have ended; open ones are left out.")),
        (_("Lost:"), _("ended in an exit, or in no stage.")),
    ]


def _links(scope: Scope) -> pd.DataFrame:
    """The links as the chart takes them, one per stage and where its stays ended."""
    outcomes = answers.bottlenecks(scope).outcomes
    slugs = (*outcomes.stages, outcomes.last, _LOST)
    kinds = {_LOST: "lost", outcomes.last: "won"}
    rows = []
    for source, target in zip(*np.nonzero(outcomes.ends), strict=True):
        kind = kinds.get(slugs[target], "back" if target < source else "forward")
        visits = int(outcomes.ends[source, target])
        rows.append((slugs[source], slugs[target], visits, kind))
    return pd.DataFrame(rows, columns=["source", "target", "value", "kind"])


def _nodes(scope: Scope, links: pd.DataFrame) -> pd.DataFrame:
    """The stages that anybody comes from or to, and lost, as the chart takes them."""
    look = card.look()
    drawn = {*links["source"], *links["target"]}
    stages = [entry for entry in scope.generation.pipeline.stages if entry.slug in drawn]
    rows = [
        (entry.slug, names.stage(scope, entry.slug), look.stage(entry.group), layer)
        for layer, entry in enumerate(stages)
    ]
    rows.append((_LOST, _("Lost"), look.neutral, len(stages) - 1))
    return pd.DataFrame(rows, columns=["node", "label", "colour", "layer"])


def _columns(scope: Scope, links: pd.DataFrame) -> list[Column]:
    def name(slug: str) -> str:
        return _("Lost") if slug == _LOST else names.stage(scope, slug)

    return [
        Column(_("From"), links["source"].map(name)),
        Column(_("To"), links["target"].map(name)),
        Column(_("Visits"), links["value"], formats.number),
    ]
