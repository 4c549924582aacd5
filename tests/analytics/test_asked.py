"""Questions whose answers are kept: asked once for all views that do not differ in what decides."""

from pathlib import Path

import pytest

from analytics import asked
from analytics.leads.outlook import outlook
from analytics.scope import Scope
from analytics.time_in_stage.waiting import usual
from analytics.view.view import View
from data.store import Store
from tests.support.workload import workload


@pytest.fixture
def scope(sample_store: Path) -> Scope:
    return Scope(View(), Store(sample_store).generation())


def test_what_no_filter_decides_is_asked_once_a_generation(scope: Scope) -> None:
    with workload() as work:
        first = outlook(scope)
        assert work.statements == 1
        other = View(by="team", period="last-90d").where("source", ["facebook_ads"])
        assert outlook(scope.at(other)) is first
        assert work.statements == 1
        asked.forget()
        assert outlook(scope) == first
        assert work.statements == 2


def test_what_a_filter_decides_is_asked_once_for_each(scope: Scope) -> None:
    with workload() as work:
        everybody = usual(scope)
        assert usual(scope.at(View(by="team", period="last-90d", mode="flow"))) is everybody
        assert work.scans_of_leads == 1
        assert usual(scope.at(View().where("team", ["TP.HCM 2"]))) != everybody
        assert usual(scope.at(View(clock="working"))) != everybody
        assert work.scans_of_leads == 3
