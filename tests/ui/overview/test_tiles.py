"""What a tile says of a change."""

import pytest

from ui.language import current
from ui.overview import tiles


@pytest.mark.parametrize(
    ("change", "said"),
    [(0.13, "+13%"), (-0.05, "-5%"), (8.4, "+840%"), (110.0, "×111")],
    ids=["more", "less", "many more", "many times as many"],
)
def test_a_change_is_said_in_per_cent_until_it_is_times(change: float, said: str) -> None:
    current.use("en")
    assert tiles.delta_of(change) == said
