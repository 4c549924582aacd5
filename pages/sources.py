"""Sources: what each one brings, what it costs, and who deserves the credit."""

from dataclasses import replace

import streamlit as st

from ui import (
    answers,
    cards,
    credit_cards,
    credit_rules,
    frame,
    mix_cards,
    money_cards,
    path_cards,
    scene,
    segment_names,
)
from ui.words import _

entered = scene.current()
frame.top(entered, _("Sources"))
with_table = credit_rules.controls(entered)

if not answers.funnel(replace(entered.view, by=None), entered.generation)["reached"].any():
    frame.empty(entered)
    st.stop()

sight = segment_names.broken_down(entered)
dimension, step = sight.view.by or "source", credit_rules.milestone(sight)
credit_cards.side_by_side(sight, with_table=with_table)
left, right = st.columns([2, 3], gap="small")
with left:
    credit_cards.compared(sight)
with right:
    credit_cards.chosen(sight)

left, right = st.columns([3, 2], gap="small")
with left:
    money_cards.quality(sight)
with right:
    mix_cards.mix(sight, with_table=with_table)
money_cards.money(sight)

left, right = st.columns(2, gap="small")
with left:
    cards.rates(
        sight.at(replace(sight.view, stage=step)), dimension, step, of="previous", with_picker=True
    )
with right:
    mix_cards.arrival(sight, with_table=with_table)
cards.breakdown(sight, dimension)

left, right = st.columns([3, 2], gap="small")
with left:
    path_cards.paths(sight)
with right:
    path_cards.flows(sight)
left, right = st.columns([2, 3], gap="small")
with left:
    path_cards.lengths(sight)
with right:
    path_cards.assists(sight)
