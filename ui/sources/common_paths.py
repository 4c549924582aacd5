"""The card of the commonest paths: through which sources customers came."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from analytics.sources.paths import stops
from ui import answers
from ui.board import board
from ui.board.board import Bar, Column, Row, Text
from ui.language import formats
from ui.language.messages import _, _n
from ui.page import card, markdown, provenance
from ui.page.provenance import Sentences
from ui.sources import segments

_MOST = 7  # as high as the picture beside them
_SAID_OF = (1, 2, 3, 4, 5, 10)  # of so many people a share is said
_NEAR = 0.025


def common_paths(scope: Scope) -> None:
    """The paths by which most customers came."""
    scope = _to_customers(scope)
    by = scope.view.by or ""
    answer, places = answers.paths(scope), answers.path_assists(scope)
    how = provenance.how("common_paths", _sentences, answer)
    title = finding(places.rows, by)
    rows = _of_customers(answer.rows).head(_MOST)
    subtitle = ""
    if len(rows):
        subtitle = _n(
            "The {n} path with most customers, first to last.",
            "The {n} paths with most customers, first to last.",
            len(rows),
        )
    with card.card(title, subtitle, how=how):
        if rows.empty:
            st.markdown(_("There is no path of a customer in this view."))
            return
        most = int(rows["conversions"].max())
        board.show(
            [
                Column(_("Path")),
                Column(_("Customers"), unseen=True),
                Column(_("Customers"), right=True),
            ],
            [
                Row(
                    [
                        Text(written(str(row.path), by)),
                        Bar(row.conversions, most),
                        Text(formats.number(row.conversions)),
                    ]
                )
                for row in rows.itertuples(index=False)
            ],
            caption=markdown.spoken(title),
            key="common_paths",
            cards_below=0,
        )


def ahead(scope: Scope) -> None:
    """Begins to find the paths."""
    answers.travels.ahead(_to_customers(scope))


def are_many(scope: Scope) -> bool:
    """Whether customers came by enough paths that their card is as high as the picture beside."""
    return len(_of_customers(answers.paths(_to_customers(scope)).rows)) >= _MOST


def finding(rows: pd.DataFrame, by: str) -> str:
    """The source that most customers' paths start with, or which they met last."""
    if rows.empty or not rows["conversions"].max():
        return _("No path of a customer is known")
    whole = int(rows["conversions"].max())
    starts = bool(rows["first"].max() >= rows["last"].max())
    row = rows.loc[rows["first" if starts else "last"].idxmax()]
    part, of = simply(row["first" if starts else "last"] / whole)
    about = {"source": segments.plain(by, row["source"])}
    if part == of:
        return (
            _("Nearly all customers start with {source}", **about)
            if starts
            else _("Nearly all customers came through {source} last", **about)
        )
    if not part:
        return _("Customers come by many different paths")
    about |= {"n": formats.number(part), "all": formats.number(of)}
    return (
        _("{n} in {all} customers start with {source}", **about)
        if starts
        else _("{n} in {all} customers came through {source} last", **about)
    )


def simply(share: float) -> tuple[int, int]:
    """A share as people say it, such as `2 in 5`: the simplest one that is near."""
    near = ((round(share * of), of) for of in _SAID_OF)
    return next(
        (said for said in near if abs(said[0] / said[1] - share) <= _NEAR),
        (round(share * _SAID_OF[-1]), _SAID_OF[-1]),
    )


def written(path: str, by: str) -> str:
    """A path as it is read: `SEO → Website → E-mail`."""
    return " → ".join(segments.name(by, each) for each in stops(path))


def _of_customers(rows: pd.DataFrame) -> pd.DataFrame:
    """The paths by which a customer came."""
    return rows[(rows["conversions"] > 0) & (rows["path"] != "")]


def _to_customers(scope: Scope) -> Scope:
    """The scope of the paths that end with a customer, of the leads that entered."""
    view = replace(scope.view, level="group", mode="cohort", stage="customer")
    there = [step.slug for step in scope.at(view).steps]
    return scope.at(view if "customer" in there else replace(view, stage=None))


def _sentences() -> Sentences:
    return [
        (
            _("Path:"),
            _("the sources of a customer's touches in order; repeats in a row collapsed."),
        ),
        (_("Customers:"), _("of the leads that entered in the period, to date.")),
    ]
