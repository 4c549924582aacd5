"""The title of the table of segments says who has most of what the steps are for."""

from pathlib import Path

import pandas as pd
import pytest

from analytics.scope import Scope
from analytics.view.view import View
from data.store import Store
from ui.funnel.segments import breakdown_finding
from ui.language import current


@pytest.mark.parametrize(
    ("entered", "opportunities", "customers", "en", "vi"),
    [
        pytest.param(
            (100, 90),
            (50, 60),
            (30, 20),
            "Most Customers: SEO, 30 of 50",
            "Nhiều Khách hàng nhất: SEO, 30/50",
            id="the last step",
        ),
        pytest.param(
            (100, 90),
            (50, 60),
            (0, 0),
            "Most Opportunities: Trade fairs, 60 of 110",
            "Nhiều Cơ hội nhất: Hội chợ, 60/110",
            id="nobody came to the last step",
        ),
        pytest.param(
            (100, 90),
            (50, 60),
            (30, 30),
            "Most Customers: SEO and Trade fairs, 30 each",
            "Nhiều Khách hàng nhất (30): SEO, Hội chợ",
            id="two with as many",
        ),
        pytest.param(
            (0, 0),
            (0, 0),
            (0, 0),
            "Every source, step by step",
            "Từng bước theo nguồn",
            id="nobody",
        ),
    ],
)
def test_it_is_titled_by_who_has_most(
    sample_store: Path,
    entered: tuple[int, int],
    opportunities: tuple[int, int],
    customers: tuple[int, int],
    en: str,
    vi: str,
) -> None:
    scope = Scope(View(), Store(sample_store).generation())
    reached = {
        "lead": entered,
        "prospect": entered,
        "opportunity": opportunities,
        "customer": customers,
    }
    rows = pd.DataFrame(
        [
            {"segment": segment, "stage": stage, "reached": count}
            for stage, counts in reached.items()
            for segment, count in zip(("seo", "trade_fair"), counts, strict=True)
        ]
    )
    for lang, said in (("en", en), ("vi", vi)):
        current.use(lang)
        assert breakdown_finding(scope, rows, "source") == said
