"""The card about flow: from which stage to which, the ways back among them."""

import numpy as np
import pandas as pd

from analytics.bottlenecks import visits
from analytics.scope import Scope
from ui import answers, charts
from ui.bottlenecks import names
from ui.language import formats
from ui.language.messages import _
from ui.page import card, markdown, provenance
from ui.page.provenance import Sentences

_LOST = "~lost"


def flow(scope: Scope, *, with_table: bool = False) -> None:
    """Where visits to each stage ended: moved on, back, won or lost."""
    found = answers.bottlenecks(scope)
    links = _links(scope)
    backs = links[links["kind"] == "back"]
    moved = int(links["value"].sum())
    if not moved:
        return
    if backs.empty:
        title = _("Nobody goes back")
    else:
        most = backs.loc[backs["value"].idxmax()]
        out = links.loc[links["source"] == most["source"], "value"].sum()
        title = _(
            "Most ways back are from {start} to {end}: {share} of the visits there",
            start=markdown.plain(names.stage(scope, most["source"])),
            end=markdown.plain(names.stage(scope, most["target"])),
            share=formats.percent(most["value"] / out, 0),
        )
    subtitle = _(
        "Where visits that began in {days} ended, as far as they have; the width is their number. "
        "Below, in vermilion: back to an earlier stage.",
        days=formats.days_between(found.before_first_day, found.last_day),
    )
    sentences: Sentences = [
        (_("Counted:"), _("visits to a stage that are over; those that last are left out.")),
        (_("Lost:"), _("ended in any exit, or in no stage.")),
    ]
    asked = visits.everything(scope)
    days = [(window.before_first_day, window.last_day) for window in found.windows]
    how = provenance.how_by_hand(
        scope,
        "stage_flow",
        sentences,
        links,
        "bottlenecks/visit_outcomes",
        of="stays",
        asked=asked,
        **provenance.instants(asked, "", days),
    )
    with card.card(title, subtitle, how=how):
        figure = charts.flow(_nodes(scope), links, card.look())
        card.chart(figure, "stage_flow", alt=title)
        if with_table:
            card.table(_table(scope, links), height=300)


def _links(scope: Scope) -> pd.DataFrame:
    chain = answers.bottlenecks(scope).moves
    slugs = (*chain.stages, chain.last, _LOST)
    rows = []
    for place, ends in enumerate(np.asarray(chain.ends)):
        for target, count in enumerate(ends.tolist()):
            if not count:
                continue
            kind = "forward"
            if slugs[target] == _LOST:
                kind = "lost"
            elif slugs[target] == chain.last:
                kind = "won"
            elif target < place:
                kind = "back"
            rows.append((slugs[place], slugs[target], int(count), kind))
    return pd.DataFrame(rows, columns=["source", "target", "value", "kind"])


def _nodes(scope: Scope) -> pd.DataFrame:
    look = card.look()
    stages = scope.generation.pipeline.stages
    rows = [
        (entry.slug, names.stage(scope, entry.slug), look.stage(entry.group), place)
        for place, entry in enumerate(stages)
    ]
    rows.append((_LOST, _("Lost"), look.neutral, len(stages) - 1))
    return pd.DataFrame(rows, columns=["node", "label", "colour", "layer"])


def _table(scope: Scope, links: pd.DataFrame) -> pd.DataFrame:
    def name(slug: str) -> str:
        return _("Lost") if slug == _LOST else names.stage(scope, slug)

    return pd.DataFrame(
        {
            _("From"): links["source"].map(name),
            _("To"): links["target"].map(name),
            _("Visits"): links["value"].map(formats.number),
        }
    )
