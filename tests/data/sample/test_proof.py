"""Screening finds what is planted in the sample."""

from data.sample.proof import proof


def test_what_is_planted_is_found_and_little_else() -> None:
    rows = proof(leads=6_000).set_index("screening")
    assert (rows["planted"] > 0).all()
    assert (rows["precision"] >= 0.99).all()
    assert (rows["recall"] >= 0.97).all()
    for what in ("duplicate", "likely duplicate"):
        assert rows.loc[what, "original_right"] == rows.loc[what, "right"]
