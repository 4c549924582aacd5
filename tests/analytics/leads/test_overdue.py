"""Late leads by stage are those of the work list."""

from pathlib import Path

from analytics.leads import overdue, to_do
from analytics.leads.outlook import outlook
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Store


def test_they_add_up_to_the_work_list(sample_store: Path) -> None:
    held = Store(sample_store).generation()
    scope = Scope(View(period="last-90d", by="source").where("team", ["TP.HCM 2"]), held)
    rows = overdue.overdue(scope).rows
    listed = to_do.listing(scope).rows
    assert rows["stage"].tolist() == list(held.pipeline.slugs[:-1])
    for row in rows.itertuples(index=False):
        of_stage = listed.loc[listed["stage"] == row.stage, "state"]
        counts = {state: int((of_stage == state).sum()) for state in to_do.STATES}
        assert {state: getattr(row, state) for state in to_do.STATES} == counts
        assert row.open == len(of_stage)
    stages = outlook(scope)
    promised = {stage.slug for stage in held.pipeline.stages if stage.limit_days}
    assert set(rows.loc[rows["is_promised"], "stage"]) == promised
    limits = [each.limit / 86_400 for each in stages.values() if each.limit is not None]
    assert rows["limit_days"].tolist() == limits
    assert rows["overdue"].sum() == len(to_do.to_do(scope).rows) > 0
