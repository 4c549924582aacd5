"""Judged: the visits to stages, each with whether its lead met the conditions of the stage.

What is known of a lead is as it is known today, but for its touches: of these, those up to the
beginning of the visit.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from data.condition import Condition, Field
from data.terms import Writer

_VISITED = """select * from scope
where list_contains($ranks, stage_rank)
    and entered_at >= list_extract($starts, stage_rank + 1)
    and entered_at < list_extract($ends, stage_rank + 1)"""


@dataclass(frozen=True)
class Judged:
    """The CTEs by name, in the order in which they need each other, and what they bind.

    The last one, `judged`, has a row per visit of `scope` to a stage with conditions that began
    between $starts and $ends of its rank: the columns of `scope`, and `verdicts`, a list with
    whether the lead meets each condition of the stage, in their order.
    """

    ctes: Mapping[str, str]
    parameters: Mapping[str, Any]


def judged(conditions: Mapping[int, Sequence[Condition]], columns: Collection[str]) -> Judged:
    """How visits are judged by the conditions of stages, by rank.

    columns: those of the table `leads`. What a condition asks of another one is not known.
    """
    writer = _Writer(columns)
    cases = [
        f"when {rank:d} then [{', '.join(writer.term(each.term) for each in found)}]"
        for rank, found in sorted(conditions.items())
    ]
    joins = [
        f"left join {name} on {name}.lead_number = visited.lead_number" for name in writer.ctes
    ]
    if writer.asks_screening:
        joins.insert(0, "left join screening on screening.lead_id = leads.lead_id")
    lines = "\n        ".join(cases)
    select = "\n".join(
        [
            "select",
            "    visited.*,",
            f"    case visited.stage_rank\n        {lines}\n    end as verdicts,",
            "from visited",
            "join leads on leads.lead_number = visited.lead_number",
            *joins,
        ]
    )
    bound = {"ranks": sorted(conditions), **writer.parameters}
    return Judged({"visited": _VISITED, **writer.ctes, "judged": select}, bound)


@dataclass
class _Writer(Writer):
    """Writes terms about visits, and keeps the CTEs of touches that they need."""

    ctes: dict[str, str] = field(default_factory=dict)

    def touched(self, asked: Field, values: str) -> str:
        """Whether one of the touches before the visit has one of the values, in what is asked."""
        name, column = f"touched_{len(self.ctes) + 1:d}", asked.name.partition(".")[2]
        self.ctes[name] = "\n".join(
            [
                "select",
                "    leads.lead_number,",
                "    min(touches.touched_at) as first_at,",
                f"    min(touches.touched_at) filter (where list_contains({values}, "
                f"touches.{column})) as met_at,",
                "from touches",
                "join leads on leads.lead_id = touches.lead_id",
                f"where touches.{column} is not null",
                "    and leads.lead_number in (select lead_number from visited)",
                "group by leads.lead_number",
            ]
        )
        return (
            f"(case when {name}.met_at <= visited.entered_at then true "
            f"when {name}.first_at <= visited.entered_at then false end)"
        )
