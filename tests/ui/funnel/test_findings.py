"""What a funnel and its segments are said to show: no more than the numbers hold."""

from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest

from analytics.certainty import SURE
from analytics.funnel.funnel import funnel
from analytics.funnel.segments import Segments
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Generation
from ui.charts import FEW
from ui.funnel import findings
from ui.language import current

ONE_SURE = [("A", FEW, -0.02, SURE / 2), ("B", FEW, 0.05, SURE)]


@pytest.fixture(autouse=True)
def english() -> None:
    current.use("en")


def told(*segments: tuple[str, int, float, float]) -> findings.RateFinding:
    """What is found in segments: their names, leads, differences and q values."""
    rows = pd.DataFrame(segments, columns=["segment", "n", "difference", "q_value"])
    scope = cast(Scope, SimpleNamespace(view=View(by="team")))
    return findings.rates(scope, cast(Segments, SimpleNamespace(rows=rows)), "to SQL")


@pytest.mark.parametrize(
    ("segments", "named", "is_bad"),
    [
        pytest.param(ONE_SURE, "A", True, id="the one that is sure"),
        pytest.param([*ONE_SURE, ("C", FEW, -0.1, 0.0)], "C", True, id="the worst of the sure"),
        pytest.param([("A", FEW, 0.1, 0.0), *ONE_SURE[1:]], "A", False, id="a better one"),
        pytest.param([("C", FEW, 0.9, 0.0), *ONE_SURE], "A", True, id="a worse one goes before"),
        pytest.param([("C", FEW - 1, -0.9, 0.0), *ONE_SURE], "A", True, id="none of few leads"),
        pytest.param(ONE_SURE[1:], None, False, id="none that may be chance"),
        pytest.param([("C", FEW - 1, -0.9, 0.0)], None, False, id="nobody"),
    ],
)
def test_a_segment_is_named_only_for_sure(
    segments: list[tuple[str, int, float, float]], named: str | None, is_bad: bool
) -> None:
    found = told(*segments)
    assert (found.named, found.is_bad) == (named, is_bad)


def test_no_q_value_is_said_to_be_nothing() -> None:
    assert "< 0.001" in told(("A", FEW, -0.1, 1e-9)).title.replace("\xa0", " ")
    assert "= 0.02" in told(("A", FEW, -0.1, 0.02)).title.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("mode=flow", "Moves in the period: the steps are different people"),
        ("team=nosuch", "Nobody entered"),
        ("level=stage", "Of 100 that entered, "),
        ("", "Per 100 leads: "),
    ],
    ids=["flow", "nobody", "stages", "groups"],
)
def test_a_funnel_in_one_line(whole_sample: Generation, link: str, said: str) -> None:
    scope = Scope(View.from_link(f"?{link}")[0], whole_sample)
    assert findings.funnel(scope, funnel(scope).rows).startswith(said)


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0"), (0.044, "4.4"), (0.0999, "10.0"), (0.1, "10"), (1.0, "100")]
)
def test_of_100_few_have_a_decimal(share: float, said: str) -> None:
    assert findings.hundredth(share) == said
