"""The theme: the typeface and every colour of the product, for the light and the dark page.

`.streamlit/config.toml` has the same colours for Streamlit's widgets; a test keeps both equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import fontpkg_be_vietnam_pro

FONTS = Path(fontpkg_be_vietnam_pro.ROOT) / "files"
"""The folder of the product's typeface."""

FONT = "'Be Vietnam Pro', 'Source Sans', sans-serif"

# Deeper in the funnel = further along the ramp. Stages of one group share its colour.
_GROUP_RANK = {"lead": 0, "prospect": 1, "opportunity": 2, "customer": 3}
_WHITE, _BLACK = "#FFFFFF", "#12161D"


@dataclass(frozen=True)
class Look:
    """The colours of one theme, named by what they are for. All are `#RRGGBB`."""

    name: str
    background: str
    secondary: str  # widgets, hover box
    sidebar: str
    sidebar_secondary: str
    ink: str  # titles, values, labels of bars
    muted: str  # subtitles, axes, n, intervals
    border: str
    axis: str
    grid: str
    primary: str
    link: str
    good: str
    good_text: str
    good_background: str
    bad: str
    bad_text: str
    bad_background: str
    watch: str  # to be acted on, late, not comparable: marks only
    watch_text: str
    watch_background: str
    neutral: str
    small: str  # marks that rest on too few leads
    gray_background: str
    ghost: str  # the part of a bar that left
    open_share: float  # how much of its stage's colour the open part keeps
    stages: tuple[str, ...]
    sources: tuple[str, ...]
    other: str
    sequential: tuple[str, ...]
    age: tuple[str, ...]
    diverging: tuple[str, ...]

    def stage(self, group: str | None) -> str:
        """The colour of a stage group; what belongs to no group (an exit) is neutral."""
        rank = _GROUP_RANK.get(group or "")
        return self.neutral if rank is None else self.stages[rank]

    def open(self, group: str | None) -> str:
        """The paler colour of leads that are still open in a stage group: not final."""
        return self.over(self.stage(group), self.open_share)

    def source(self, name: str, by_frequency: Sequence[str]) -> str:
        """The colour of a source. `by_frequency` is all sources of the store, most used first.

        A source keeps its colour whatever is filtered; the ninth and later are other.
        """
        rank = by_frequency.index(name) if name in by_frequency else len(self.sources)
        return self.sources[rank] if rank < len(self.sources) else self.other

    def over(self, colour: str, share: float) -> str:
        """A colour mixed over the page: `share` of it, the rest background."""
        return mix(colour, self.background, share)


LIGHT = Look(
    name="light",
    background="#FFFFFF",
    secondary="#F3F5F8",
    sidebar="#F7F8FA",
    sidebar_secondary="#ECEFF3",
    ink="#18202C",
    muted="#566073",
    border="#E1E5EB",
    axis="#C4CAD4",
    grid="#EEF0F4",
    primary="#174A92",
    link="#1B5CA2",
    good="#08757F",
    good_text="#066068",
    good_background="#E2F3F4",
    bad="#BC3F12",
    bad_text="#A5360E",
    bad_background="#FCEBE4",
    watch="#B26A00",
    watch_text="#7A4700",
    watch_background="#FDF0DC",
    neutral="#8A93A2",
    small="#8A93A2",
    gray_background="#EEF0F4",
    ghost="#E9ECF1",
    open_share=0.40,
    stages=("#3899C6", "#0F75B9", "#174A92", "#15245B"),
    sources=(
        "#0E5FDA", "#BF7F16", "#0E9D70", "#611C78", "#756622", "#826EB4", "#0C6173", "#92001E",
    ),
    other="#8C94A3",
    sequential=(
        "#F0F8FC", "#CCE3EF", "#A5CFE6", "#83B9DB", "#62A2D0",
        "#468BC3", "#2C73B5", "#1B5CA2", "#15468A", "#13316D",
    ),
    age=("#CBD3DE", "#9FB0C6", "#E9B872", "#D9802E", "#B2430F"),
    diverging=(
        "#812E19", "#AD472E", "#D26F57", "#EBA390", "#F8DED7",
        "#CFEBEC", "#76C7CC", "#04A3AA", "#007E85", "#005B60",
    ),
)  # fmt: skip

DARK = Look(
    name="dark",
    background="#12161D",
    secondary="#1C222C",
    sidebar="#0E1218",
    sidebar_secondary="#1A2029",
    ink="#E9ECF1",
    muted="#A3ADBC",
    border="#2B3340",
    axis="#485364",
    grid="#1F2631",
    primary="#4C97D8",
    link="#7CC0F0",
    good="#4CC0C8",
    good_text="#6FD3DA",
    good_background="#10302F",
    bad="#F07F52",
    bad_text="#FF9B73",
    bad_background="#3A1F14",
    watch="#D8944D",
    watch_text="#F0BE82",
    watch_background="#33260F",
    neutral="#7F8999",
    small="#66707F",
    gray_background="#1C222C",
    ghost="#1E252F",
    open_share=0.52,
    stages=("#3967A5", "#3F8FD0", "#67BEEA", "#B1E9F7"),
    sources=(
        "#5487ED", "#D08F43", "#79CB89", "#A0409C", "#DBE061", "#CFA9E0", "#95E7EE", "#C74E5B",
    ),
    other="#7C8594",
    sequential=(
        "#1B212A", "#21334C", "#25476C", "#265D8B", "#2674A8",
        "#288CC2", "#39A5D6", "#59BDE6", "#82D4F1", "#B2E8F9",
    ),
    age=("#363E48", "#525F6F", "#967B57", "#D8944D", "#FFB791"),
    diverging=(
        "#F6A88D", "#E67D58", "#BD5833", "#83391E", "#43251A",
        "#113436", "#105E62", "#228A8F", "#40B1B7", "#71D0D5",
    ),
)  # fmt: skip


def look(theme: str | None) -> Look:
    """The look for a theme as the browser names it: `dark`, or else light."""
    return DARK if theme == "dark" else LIGHT


def mix(colour: str, under: str, share: float) -> str:
    """`share` of one colour over another, as one opaque colour."""
    pairs = zip(_channels(colour), _channels(under), strict=True)
    return "#" + "".join(f"{round(share * top + (1 - share) * below):02X}" for top, below in pairs)


@lru_cache(maxsize=256)
def text_on(colour: str) -> str:
    """White or near-black, whichever reads better on a colour."""
    return max((_WHITE, _BLACK), key=lambda text: contrast(text, colour))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours by WCAG 2: 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    parts = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _channels(colour))
    )
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))
