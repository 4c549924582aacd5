"""The card of the overview: what matters most, in words, each figure with its proof."""

import streamlit as st

from ui import navigation
from ui.bottlenecks import story as bottlenecks_story
from ui.language.messages import _
from ui.page import card
from ui.session import Scene

_BAD, _NEUTRAL = ":material/trending_down:", ":material/info:"


def top(sight: Scene) -> None:
    """Up to three things worth knowing, the surest first, and the way to the page about them."""
    told = bottlenecks_story.top(sight)
    is_bad = any(story.is_bad for story in told)
    title = _("What to look at first") if is_bad else _("Nothing stands out for sure")
    with card.card(title, _("Called sure only beyond noise. Each figure leads to its proof.")):
        for story in told:
            icon = f":red[{_BAD}]" if story.is_bad else f":gray[{_NEUTRAL}]"
            st.markdown(f"{icon} {story.text}")
        navigation.link("bottlenecks", _("See the bottlenecks"))
