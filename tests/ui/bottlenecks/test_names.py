"""Losses read as numbers with a sign, as many decimals as they are worth, and their interval."""

from dataclasses import replace

import pytest

from tests.ui.bottlenecks.test_chosen import OF_ALL, of_team
from ui.bottlenecks import names
from ui.language import current


@pytest.fixture(autouse=True)
def english() -> None:
    current.use("en")


def test_a_loss_is_negative_and_its_limits_in_order() -> None:
    assert names.lost(OF_ALL) == "−3.0 (−7.0 to 1.0)"
    large = replace(OF_ALL, wins_lost=12.4, wins_lost_low=3.0, wins_lost_high=21.0)
    assert names.lost(large) == "−12 (−21 to −3)"


def test_whose_a_step_is() -> None:
    assert names.segment(OF_ALL) == "Everybody"
    assert names.segment(of_team("North")) == "North"
