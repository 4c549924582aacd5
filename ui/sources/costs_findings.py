"""What the costs of sources say together, in sentences no surer than the numbers."""

from collections.abc import Sequence

import pandas as pd

from analytics.sources.costs import Costs
from ui.charts import FEW
from ui.language import formats, labels
from ui.language.messages import _, _n
from ui.page import markdown
from ui.sources import attribution_words, segments, usable

_MOST_NAMES = 8
_LONGEST = 60  # characters of a title
_COUNTS = ("leads", "usable", "prospects", "opportunities", "customers")


def quality(found: Costs) -> str:
    """Which segments are cheap and significantly better than all, and which is cheap but worse."""
    known = priced(found)
    if known.empty:
        return usable.unknown(found)
    enough = known[(known["leads"] >= FEW) & known["eventual"].notna()]
    cost, rate = overall_cost(found), overall_rate(found)
    if enough.empty or cost is None or rate is None:
        return _("Not enough data to conclude from")
    is_cheap = enough["cost_per_usable"] < cost
    # What may still become of leads that were not followed to the end is within the two.
    is_good, is_bad = enough["eventual_at_least"] > rate, enough["eventual_at_most"] < rate
    best = enough[is_cheap & is_good].nlargest(2, "eventual")
    trap = enough[is_cheap & is_bad].nsmallest(1, "eventual")
    waste = enough[~is_cheap & is_bad].nlargest(1, "cost_per_usable")
    parts = []
    if len(best):
        names = _names(found.by, best["segment"].tolist(), 2)
        parts.append(_("{names}: cheap and good", names=names))
    if len(trap):
        names = _names(found.by, trap["segment"].tolist(), 1)
        parts.append(_("{names}: cheap, but few become customers", names=names))
    elif len(waste):
        names = _names(found.by, waste["segment"].tolist(), 1)
        parts.append(_("{names}: dear, and few become customers", names=names))
    if parts:
        both = "; ".join(parts)
        return both if len(both) <= _LONGEST else parts[0]
    return _("No cheap source clearly closes more than the average")


def money(found: Costs) -> str:
    """What a customer costs, and the cheapest and dearest of the segments significantly apart."""
    rows = found.rows[found.rows["segment"].notna()]
    whole = found.rows.iloc[-1]
    if rows["cost"].isna().all():
        return _("What customers cost is unknown")
    known = rows[rows["cost"].notna()]
    won = known[known["cac"].notna() & (known["cost"] > 0)]
    if won.empty:
        least = whole["cac_at_least"]
        if pd.isna(least):
            return _("What customers cost is unknown")
        return _(
            "No customer yet: one costs more than {cost}",
            cost=formats.money(least, found.currency),
        )
    # Segments without customers were paid for as well.
    overall = known["cost"].sum() / known["customers"].sum()
    cheap = won[won["cac_high"] < overall].nsmallest(1, "cac")
    dear = won[won["cac_low"] > overall].nlargest(1, "cac")
    about = {"all": formats.money(overall, found.currency)}
    if len(cheap) and len(dear):
        return _(
            "CAC: lowest at {cheap}, highest at {dear}",
            cheap=segments.plain(found.by, cheap["segment"].iat[0]),
            dear=segments.plain(found.by, dear["segment"].iat[0]),
        )
    return _("CAC {all}; none stands apart for sure", **about)


def notes(found: Costs) -> list[str]:
    """What the numbers of the table include, and what they leave out."""
    lines = []
    if found.unsplit:
        lines.append(cost_unknown(found.unsplit))
    lines.append(
        _(
            "A purchased list is judged by all records bought, junk too; an event by all of its "
            "leads, late ones too."
        )
    )
    lines.append(f"{usable.name(found)}: {usable.meaning(found)}")
    whole = found.rows.iloc[-1]
    if not bool(whole["cost_is_whole"]) and pd.notna(whole["cost"]):
        lines.append(
            _(
                "In the row of totals the leads and customers are all there are; the costs of one "
                "are of the sources whose cost is known."
            )
        )
    nobody = [found.rows[count].eq(0).fillna(False).any() for count in _COUNTS]
    if any(nobody) and found.rows["cost"].notna().any():
        lines.append(_("“>”: none yet, so one of them costs, with 95% confidence, more than that."))
    if pd.notna(whole["without_amount"]) and whole["without_amount"]:
        lines.append(
            _n(
                "{n} won lead has no known amount and counts as nothing in the revenue.",
                "{n} won leads have no known amount and count as nothing in the revenue.",
                int(whole["without_amount"]),
            )
        )
    if whole["expected_is_final"] is not pd.NA and not bool(whole["expected_is_final"]):
        lines.append(_("“≥”: the leads were not followed long enough to know the final cost."))
    return lines + ([] if found.unsplit else left_out(found))


def cost_unknown(unsplit: Sequence[str]) -> str:
    """Why no cost is known: dimensions that spend does not have are filtered by, or none is."""
    if unsplit:
        names = [labels.dimension_label(name).lower() for name in unsplit]
        return _(
            "Spend is not known by {dimensions}: no costs while that is filtered by.",
            dimensions=markdown.plain(attribution_words.listed(names)),
        )
    return _("No spend is known in this view. Load a file of spend on the Data page.")


def left_out(found: Costs) -> list[str]:
    """The segments that are not in the picture: of unknown cost, or without a lead."""
    rows = found.rows[found.rows["segment"].notna()]
    unknown = rows.loc[rows["cost"].isna() & (rows["leads"] > 0), "segment"].tolist()
    idle = rows.loc[(rows["cost"] > 0) & (rows["leads"] == 0)]
    lines = []
    if unknown and len(unknown) < len(rows) and not found.unsplit:
        lines.append(_("Cost unknown: {names}.", names=_names(found.by, unknown, _MOST_NAMES)))
    if len(idle):
        lines.append(
            _(
                "Spent {amount} without one lead: {names}.",
                amount=formats.money(idle["cost"].sum(), found.currency),
                names=_names(found.by, idle["segment"].tolist(), _MOST_NAMES),
            )
        )
    return lines


def priced(found: Costs) -> pd.DataFrame:
    """The segments whose usable leads have a known cost."""
    rows = found.rows[found.rows["segment"].notna()]
    return rows[rows["cost_per_usable"].notna()]


def overall_cost(found: Costs) -> float | None:
    """What a usable lead costs, of all segments of known cost."""
    rows = found.rows[found.rows["segment"].notna()]
    known = rows[rows["cost"].notna() & rows["unscreened"].fillna(0).eq(0)]
    count = int(known["usable"].sum())
    return float(known["cost"].sum()) / count if count else None


def overall_rate(found: Costs) -> float | None:
    """The final share of all leads that become customers; None where it is unknown."""
    rate = found.rows["eventual"].iat[-1]
    return None if pd.isna(rate) else float(rate)


def _names(by: str, named: list[str], most: int) -> str:
    return attribution_words.listed([segments.plain(by, each) for each in named], most)
