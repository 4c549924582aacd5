"""The board by team, owner, source or any other breakdown: how soon each answers its leads."""

from dataclasses import replace
from typing import Any

import pandas as pd

from analytics.certainty import FEW
from analytics.response.response import Response
from analytics.scope import Scope
from analytics.view.view import segment_value
from ui import answers
from ui.board import board
from ui.board.board import Bar, Column, Row, Text
from ui.language import formats, labels
from ui.language.messages import _
from ui.page import card, dimensions, markdown, provenance
from ui.response import words


def show(scope: Scope, stage: str | None) -> None:
    """A segment a row, those with most leads first; how many were answered in time as a bar."""
    by = dimensions.breakdown(scope)
    found = answers.response(scope.at(replace(scope.view, by=by)), stage)
    title = _("How soon, by {dimension}", dimension=labels.dimension_label(by).lower())
    how = provenance.how_asked(
        "response_by", lambda: words.counted(scope, found.promised), found.asked, found.rows
    )
    with card.card(markdown.plain(title), _subtitle(scope, found), how=how):
        board.show(
            _columns(found, labels.dimension_label(by)),
            [_row(scope, found, by, row) for row in found.rows.itertuples(index=False)],
            caption=title,
            key=f"response_by_{by}",
        )


def _subtitle(scope: Scope, found: Response) -> str:
    if found.promised is None:
        return _("Answered within a working hour, and after how long half are.")
    return _(
        "Answered within {time}, as promised, and after how long half are.",
        time=words.length(scope, found.promised),
    )


def _columns(found: Response, name: str) -> list[Column]:
    late = [Column(_("Late"), right=True, secondary=True, on_cards=True)]
    return [
        Column(name),
        Column(_("Share answered in time"), unseen=True),
        Column(_("In time, %"), right=True),
        Column(_("Half after"), right=True),
        Column(_("Leads"), right=True, secondary=True, on_cards=True),
        Column(_("Nobody yet"), right=True, secondary=True, on_cards=True),
        *(late if found.promised is not None else []),
    ]


def _row(scope: Scope, found: Response, by: str, row: Any) -> Row:
    share = row.within_1h if found.promised is None else row.within_sla
    is_known = pd.notna(share)
    late = [] if found.promised is None else [Text(formats.number(row.breaches))]
    return Row(
        [
            Text(labels.value_label(by, segment_value(row.segment)), strong=True),
            Bar(
                float(share) if is_known else 0.0,
                1.0,
                low=float(row.within_sla_low) if pd.notna(row.within_sla_low) else None,
                high=float(row.within_sla_high) if pd.notna(row.within_sla_high) else None,
                faint=bool(row.leads < FEW),
            ),
            Text(formats.number(100 * share) if is_known else formats.NOTHING, strong=True),
            Text(words.length(scope, row.median_seconds)),
            Text(formats.number(row.leads)),
            Text(formats.number(row.untouched)),
            *late,
        ]
    )
