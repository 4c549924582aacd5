"""Fit: which leads are such as the company means to sell to, by the rule of its pipeline."""

from typing import Any

from analytics.scope import Scope
from data.terms import Writer


def fits(scope: Scope) -> tuple[str, dict[str, Any]]:
    """A select of whether leads fit, and what it binds.

    What is known of a lead is as it is known today.

    Columns: (one row per lead)
        lead_number, lead_id
        fit: 'yes' or 'no'; null where what the rule asks for is not known, or there is no rule
    """
    rule = scope.generation.pipeline.fit
    writer = Writer(scope.generation.query("select * from leads limit 0").columns)
    fit = "cast(null as varchar)"
    if rule is not None:
        fit = f"case {writer.term(rule.term)} when true then 'yes' when false then 'no' end"
    lines = ["select", "    leads.lead_number,", "    leads.lead_id,", f"    {fit} as fit,"]
    lines.append("from leads")
    if writer.asks_screening:
        lines.append("left join screening on screening.lead_id = leads.lead_id")
    return "\n".join(lines), writer.parameters
