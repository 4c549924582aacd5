"""More than one conversion of a lead: counted where a mapping says so and the view asks for it."""

import random
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from analytics.scope import Scope
from analytics.sources.attribution import attribution
from analytics.sources.costs import costs
from analytics.sources.paths import paths
from analytics.view.attribution_rules import Credit
from analytics.view.view import View
from data.load.loader import load
from data.mapping.mapping import Mapping
from data.store import Generation, Store

MAPPING = """
time_zone = "UTC"
store_time_zone = "UTC"
[[files]]
match = "leads*"
table = "leads"
columns = { lead_id = "lead_id", created_at = "created_at", source = "source" }
[[files]]
match = "touches*"
table = "touches"
columns = { lead_id = "lead_id", touched_at = "touched_at", source = "source" }
[[files]]
match = "pay*"
table = "stage_columns"
amounts = "add"
wins = "each"
columns = { lead_id = "lead_id", amount = "paid" }
stages = { won = "day" }
"""
START = date(2024, 1, 1)
DAYS = 60


def day(number: int) -> date:
    return START + timedelta(days=number)


class Shop:
    """Customers who come back: leads by number of day and source, touches, payments."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        sources = ["Email", "Google", "Zalo"]
        self.leads = {
            f"L{n:02d}": (chance.randrange(20), chance.choice(sources)) for n in range(14)
        }
        self.touches = [
            (lead, chance.randrange(-3, DAYS), chance.choice(sources))
            for lead in list(self.leads)[:11]
            for _ in range(chance.randrange(4))
        ]
        self.payments = [
            (lead, came + chance.choice((0, 0, 3, 9, 30)), chance.choice((None, 10.0, 25.5)))
            for lead, (came, _source) in list(self.leads.items())[2:]
            for _ in range(chance.randrange(4))
        ]

    def files(self, folder: Path) -> list[Path]:
        texts = {
            "leads": ["lead_id,created_at,source"]
            + [f"{lead},{day(came)},{source}" for lead, (came, source) in self.leads.items()],
            "touches": ["lead_id,touched_at,source"]
            + [f"{lead},{day(at)},{source}" for lead, at, source in self.touches],
            "pay": ["lead_id,day,paid"]
            + [
                f"{lead},{day(at)},{'' if paid is None else paid}"
                for lead, at, paid in self.payments
            ],
        }
        paths = []
        for name, lines in texts.items():
            paths.append(folder / f"{name}.csv")
            paths[-1].write_text("\n".join(lines) + "\n")
        return paths

    def credit(self, view: View) -> dict[str, tuple[float, float]]:
        """By source of the last touch: conversions, and their value; one by one."""
        as_of = (view.as_of.date() - START).days if isinstance(view.as_of, datetime) else DAYS
        first = 0 if view.first is None else (view.first - START).days
        last = DAYS if view.last is None else (view.last - START).days
        every = view.credit.conversions == "all"
        found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for lead, (came, source) in self.leads.items():
            mine = sorted((at, paid or 0.0) for who, at, paid in self.payments if who == lead)
            for at, paid in (
                mine if every else [(at, sum(p for _, p in mine)) for at, _ in mine[:1]]
            ):
                in_period = first <= (at if view.mode == "flow" else came) <= last
                in_time = view.window is None or at - came <= view.window
                if not (in_period and in_time and at <= as_of):
                    continue
                known = [each for each in self.touches if each[0] == lead and each[1] <= as_of]
                last_touch = max(((a, s) for _, a, s in known if a <= at), default=None)
                name = last_touch[1] if last_touch else None if known else source
                found[name or "none"][0] += 1
                found[name or "none"][1] += paid
        return {name: (n, value) for name, (n, value) in found.items()}


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Shop, Generation]]:
    found = []
    for seed in (1, 2):
        folder = tmp_path_factory.mktemp("shop")
        shop, store = Shop(seed), Store(folder / "store")
        load(store, shop.files(folder), mapping=Mapping.parse(MAPPING), now=datetime(2024, 6, 1))
        found.append((shop, store.generation()))
    return found


VIEWS = {
    "first": View(),
    "all": View(credit=Credit(conversions="all")),
    "all-in-flow": View(
        mode="flow", period=None, first=day(10), last=day(30), credit=Credit(conversions="all")
    ),
    "all-of-a-cohort": View(
        period=None, first=day(3), last=day(12), credit=Credit(conversions="all")
    ),
    "all-in-a-window": View(window=5, credit=Credit(conversions="all")),
    "all-as-of": View(as_of=datetime(2024, 1, 20, tzinfo=UTC), credit=Credit(conversions="all")),
}


@pytest.mark.parametrize("name", VIEWS)
def test_credit_and_value_are_those_counted_one_by_one(
    shops: list[tuple[Shop, Generation]], name: str
) -> None:
    view = replace(VIEWS[name], stage="customer")
    for shop, generation in shops:
        answer = attribution(Scope(view, generation), models=["last", "linear", "markov"])
        rows = answer.rows[answer.rows["model"] == "last"]
        found = {
            source if isinstance(source, str) else "none": (credit, value)
            for source, credit, value in rows[["source", "credit", "value"]].itertuples(index=False)
            if credit
        }
        expected = shop.credit(view)
        assert found == {name: pytest.approx(pair) for name, pair in expected.items()}
        assert answer.conversions == sum(n for n, _ in expected.values())
        # Every model shares the same conversions and the same value.
        for _model, part in answer.rows.groupby("model"):
            assert part["credit"].sum() == pytest.approx(answer.conversions)
            assert part["value"].sum() == pytest.approx(answer.value)


def test_what_was_won_is_all_of_it(shops: list[tuple[Shop, Generation]]) -> None:
    for shop, generation in shops:
        total = sum(paid or 0 for _lead, _at, paid in shop.payments)
        for conversions in ("first", "all"):
            view = View(credit=Credit(conversions=conversions))
            of_all = costs(Scope(view, generation)).rows.iloc[-1]
            assert of_all["value"] == pytest.approx(total)
            assert of_all["customers"] == len({lead for lead, _at, _paid in shop.payments})
        # Another milestone has one conversion a lead, and paths are those of leads.
        view = View(credit=Credit(conversions="all"), stage="opportunity")
        scope = Scope(view, generation)
        assert attribution(scope, models=["last"]).conversions == of_all["customers"]
        assert paths(scope).rows["conversions"].sum() == of_all["customers"]


def test_a_file_says_that_amounts_add_up_and_the_same_again_adds_nothing(tmp_path: Path) -> None:
    def store_of(text: str, **said: str) -> Store:
        mapping = MAPPING
        for key, value in said.items():
            mapping = mapping.replace(f'{key} = "', f'{key} = "{value}" # "')
        (tmp_path / "leads.csv").write_text("lead_id,created_at,source\nA,2024-01-01,\n")
        (tmp_path / "pay.csv").write_text("lead_id,day,paid\n" + text)
        store = Store(tmp_path / f"store{len(list(tmp_path.glob('store*')))}")
        for _ in "ab":
            summary = load(
                store,
                [tmp_path / "leads.csv", tmp_path / "pay.csv"],
                mapping=Mapping.parse(mapping),
                now=datetime(2024, 6, 1),
            )
        assert summary.unchanged
        return store

    def amount(store: Store) -> float:
        return float(store.generation().query("select amount from leads")["amount"].iloc[0])

    two = "A,2024-01-02,10\nA,2024-01-05,25\n"
    store = store_of(two)
    assert amount(store) == 35
    # A later file adds to what the store has.
    (tmp_path / "pay2.csv").write_text("lead_id,day,paid\nA,2024-01-09,5\n")
    later = load(
        store, [tmp_path / "pay2.csv"], mapping=Mapping.parse(MAPPING), now=datetime(2024, 6, 1)
    )
    assert (later.reasons, amount(store)) == ({}, 40)
    # Parts of one sale: the amounts add up, and it is one conversion.
    parts = store_of(two, wins="first").generation()
    view = View(credit=Credit(conversions="all"), stage="customer")
    answer = attribution(Scope(view, parts), models=["last"])
    assert (answer.conversions, answer.value) == (1, 35)
    # Two purchases, of which the first is what the lead is worth.
    each = store_of(two, amounts="first").generation()
    answer = attribution(Scope(view, each), models=["last"])
    assert (answer.conversions, answer.value) == (2, 35)
    first = attribution(Scope(View(stage="customer"), each), models=["last"])
    assert (first.conversions, first.value) == (1, 10)
