"""How targets are set: the table of a mapping that says what is to be reached in a quarter."""

from html import escape

import streamlit as st

from ui.language.messages import _

_EXAMPLE = """\
[targets]
leads = 4500
opportunities = 650
won = 240
value = 65_000_000_000
"""


def how_to_set() -> None:
    """What to write, and where."""
    st.markdown(_("None is set. A mapping with such lines sets them, each of them or some:"))
    # What colours code is a fifth of the whole program, for five lines.
    st.html(f"<pre class='example' tabindex='0'><code>{escape(_EXAMPLE)}</code></pre>")
    st.markdown(_("They are of a quarter: a month has a third of them, a year four times as much."))
