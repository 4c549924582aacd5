"""The verdict of one lead: whether it is usable, why not, and whom it repeats."""

from dataclasses import dataclass
from pathlib import Path

from data.store import Generation

_VERDICT = Path(__file__).with_name("sql") / "verdict.sql"


@dataclass(frozen=True)
class Verdict:
    """What screening found of a lead.

    screening: one of `analytics.quality.quality.VERDICTS`.
    reason: why, None for `ok`.
    duplicate_of: the lead that it repeats.
    """

    screening: str
    reason: str | None
    duplicate_of: str | None


def verdict(generation: Generation, lead_id: str) -> Verdict | None:
    """What screening found of a lead; None of one that was not screened."""
    if "screening" not in generation.dimensions:
        return None
    rows = generation.query(_VERDICT.read_text(encoding="utf-8"), {"lead_id": lead_id})
    if rows.empty:
        return None
    said = (value if isinstance(value, str) else None for value in rows.iloc[0])
    screening, reason, duplicate_of = said
    return Verdict(screening or "", reason, duplicate_of)
