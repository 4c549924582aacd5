"""A page with one board: twelve rows with names as strangers write them."""

import streamlit as st

from ui.board import board

NAMES = (
    '<img src=x onerror="document.title=1">',
    "</td></tr></table><script>document.title = 2</script>",
    "\"><b onmouseover=alert(1)>'&quot;",
    "Công ty " + "ThươngMại" * 12,
    "",
)
names = [*NAMES, *(f"Đội {number}" for number in range(6, 13))]


def pick(row: str) -> None:
    st.session_state["chosen"] = row


chosen = st.session_state.get("chosen")
st.set_page_config(layout="wide")
st.title("Board")
board.show(
    [
        board.Column("Team"),
        board.Column("Lost"),
        board.Column("Certainty"),
        board.Column("Money", right=True, secondary=True),
    ],
    [
        board.Row(
            [
                board.Text(name, note=name, strong=True),
                board.Bar(
                    place, 11, low=place - 1, high=place + 1, tone="red", alt=f"{place} lost"
                ),
                board.Badge(name[:12] or "certain", "dashed", "verified"),
                board.Text(name),
            ],
            id=str(place),
            chosen=str(place) == chosen,
        )
        for place, name in enumerate(names)
    ],
    caption="Teams that lose <b>customers</b>",
    key="teams",
    on_pick=pick,
)
st.text(f"picked: {chosen}")
