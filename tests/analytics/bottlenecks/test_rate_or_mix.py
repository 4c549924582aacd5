"""Rate or mix: the split is of the bottleneck's own rate, exact for every dimension."""

from dataclasses import replace

import pytest

from analytics.bottlenecks.bottlenecks import bottlenecks
from analytics.bottlenecks.change import RANKED
from analytics.bottlenecks.rate_or_mix import COLUMNS, rate_or_mix
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Generation


def test_the_change_is_that_of_the_bottleneck(whole_sample: Generation) -> None:
    found = bottlenecks(Scope(View(), whole_sample))
    for row in found.rows.head(12).itertuples():
        if row.dimension is None or row.held_against != "past":
            continue
        made = rate_or_mix(Scope(View(), whole_sample), row.stage, row.dimension, row.segment)
        assert list(made.rows.columns) == COLUMNS
        assert made.after == pytest.approx(row.rate)
        assert made.before == pytest.approx(row.benchmark)
        whole = row.rate - row.benchmark
        for split in made.rows.itertuples():
            assert split.rate + split.mix == pytest.approx(whole, abs=1e-12)
            assert split.share == pytest.approx(split.mix / whole)
        sizes = made.rows["mix"].abs().tolist()
        assert sizes == sorted(sizes, reverse=True)
        assert row.dimension not in set(made.rows["dimension"])
        assert set(made.rows["dimension"]) <= set(RANKED)


def test_the_story_of_the_sample_is_rate(whole_sample: Generation) -> None:
    made = rate_or_mix(Scope(View(), whole_sample), "sal", "team", "TP.HCM 2")
    assert made.is_mostly_rate is True
    assert not made.rows["simpson"].any()


def test_everybody_by_a_dimension_is_the_sum_of_its_segments(whole_sample: Generation) -> None:
    made = rate_or_mix(Scope(View(), whole_sample), "mql")
    rows = bottlenecks(Scope(replace(View(), by="team"), whole_sample)).rows
    own = rows[(rows["stage"] == "mql") & rows["dimension"].notna()]
    assert made.after == pytest.approx(own["advanced"].sum() / own["n"].sum())
    assert made.before == pytest.approx(own["benchmark_advanced"].sum() / own["benchmark_n"].sum())
    by_team = made.rows.set_index("dimension").loc["team"]
    shares = own["n"] / own["n"].sum() + own["benchmark_n"] / own["benchmark_n"].sum()
    rate = (shares / 2 * (own["rate"] - own["benchmark"])).sum()
    assert by_team["rate"] == pytest.approx(rate, abs=1e-12)


def test_without_visits_nothing_is_split(whole_sample: Generation) -> None:
    first = whole_sample.first_event.date()
    made = rate_or_mix(Scope(View(as_of=first), whole_sample), "sql")
    assert (made.before, made.after, made.is_mostly_rate) == (None, None, None)
    assert made.rows.empty
