"""One verdict a lead, with its reason; duplicates against a slow and obvious reference."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.connection import connect
from data.load.loader import load
from data.mapping.mapping import Mapping, MappingError
from data.screening import emails, likeness, names, phones, screening
from data.screening.rules import Rules
from data.screening.screening import place_leads, screen
from data.store import Store
from data.toml import TomlTable

RULES = Rules.default()
SCHEMA = Path(__file__).parents[3] / "data" / "schema.sql"
START = datetime(2026, 1, 1)
NOW = datetime(2026, 6, 1)

Person = tuple[str | None, str | None, str | None, str | None]
"""Name, company, e-mail, phone."""


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    con = connect()
    con.execute(SCHEMA.read_text(encoding="utf-8"))
    return con


def verdicts(people: Sequence[Person], rules: Rules = RULES) -> list[tuple[Any, ...]]:
    """Verdict, reason and whom each repeats, of leads that came one hour after the other."""
    con = _connection()
    for table in ("leads", "screening", "screening_rules"):
        con.execute(f"delete from {table}")
    con.executemany(
        "insert into leads (lead_id, created_at, name, company, email, phone) values (?,?,?,?,?,?)",
        [
            (f"L{number:03d}", START + timedelta(hours=number), *person)
            for number, person in enumerate(people)
        ],
    )
    place_leads(con)
    screen(con, rules)
    return con.execute(
        "select screening, screening_reason, duplicate_of from screening order by lead_id"
    ).fetchall()


def test_one_verdict_for_every_lead() -> None:
    found = verdicts(
        [
            ("Trần Văn Bình", "Công ty An Phát", "binh@anphat.vn", "0912345678"),
            ("Tran Van Binh", None, "BINH@anphat.vn", None),
            ("Bình", None, None, "+84 912 345 678"),
            ("TRAN VAN BINH", "Cty TNHH An Phát", None, "0988 111 222"),
            ("asdf", None, "an@acme.vn", None),
            ("Lê Thị Lan", None, "lan@", "0999"),
            ("Lê Thị Lan", None, "lan@", "0977 123 456"),
            ("Phạm Minh", None, None, None),
            ("Phạm Minh", None, "x@yopmail.com", "0977 123 457"),
            ("Phạm Minh", None, "info@acme.vn", None),
            ("Phạm Minh", None, "info@acme.vn", "0977 123 458"),
        ]
    )
    assert found == [
        ("ok", None, None),
        ("duplicate", "same_email", "L000"),
        ("duplicate", "same_phone", "L000"),
        ("duplicate", "similar", "L000"),
        ("junk", "rubbish_name", None),
        ("invalid", "invalid_email", None),
        ("ok", None, None),
        ("unreachable", "no_contact", None),
        ("junk", "disposable_domain", None),
        ("junk", "role_account", None),
        ("ok", None, None),
    ]


def test_without_contacts_nothing_is_screened() -> None:
    assert verdicts([("asdf", None, None, None)]) == []


def test_a_shared_line_is_the_same_only_with_the_same_name() -> None:
    line = "024 3822 3344"
    found = verdicts(
        [("An", None, None, line), ("Bình", None, None, line), ("an", None, None, line)]
    )
    assert found == [("ok", None, None), ("ok", None, None), ("duplicate", "same_phone", "L000")]


def test_two_people_of_one_name_whose_contacts_both_differ_are_two() -> None:
    company = "Công ty An Phát"
    found = verdicts(
        [
            ("Trần Văn Bình", company, "b@anphat.vn", "0912345678"),
            ("Trần Văn Bình", company, "c@anphat.vn", "0912345679"),
        ]
    )
    assert [verdict for verdict, _, _ in found] == ["ok", "ok"]


_PEOPLE = st.lists(
    st.tuples(
        st.sampled_from([None, "Trần Bình", "test"]),
        st.none(),
        st.sampled_from([None, "a@x.vn", "A@x.vn", "b@x.vn", "a+1@x.vn", "bad"]),
        st.sampled_from([None, "0912345678", "+84912345678", "0988111222", "0977123456", "0999"]),
    ),
    min_size=1,
    max_size=12,
)


def _of_one(people: Sequence[Person]) -> list[int]:
    """For each lead the first that is the same by a chain of equal contacts: slow and obvious."""
    keys = []
    for name, _, email, phone in people:
        rubbish = name is not None and names.person(name, RULES)[0]
        found = [emails.look(email, RULES) if email else None]
        found.append(phones.look(phone, RULES) if phone else None)
        good = [each.key for each in found if each is not None and each.key is not None]
        keys.append(set() if rubbish else set(good))
    first = list(range(len(people)))
    for _ in people:
        for one, own in enumerate(keys):
            for other, its in enumerate(keys):
                if own & its:
                    first[one] = first[other] = min(first[one], first[other])
    return first


@given(_PEOPLE)
@settings(max_examples=25)
def test_exact_duplicates_are_never_missed(people: list[Person]) -> None:
    found = verdicts(people)
    wanted = _of_one(people)
    for number, (verdict, _reason, original) in enumerate(found):
        is_repeat = wanted[number] != number
        assert (verdict == "duplicate") == is_repeat
        assert original == (f"L{wanted[number]:03d}" if is_repeat else None)


_WORDS = st.lists(st.sampled_from(["an", "binh", "binhh", "lan", "phat"]), min_size=2, max_size=3)
_ENTRIES = st.lists(st.tuples(_WORDS.map(" ".join), _WORDS.map(" ".join)), max_size=12, unique=True)


@given(_ENTRIES)
def test_likely_duplicates_are_those_of_a_comparison_of_all_that_share_one_text(
    entries: list[tuple[str, str]],
) -> None:
    from rapidfuzz import fuzz

    wanted = {
        (one, other)
        for other, (its_name, its_company) in enumerate(entries)
        for one, (name, company) in enumerate(entries[:other])
        if (name == its_name or company == its_company)
        and fuzz.token_sort_ratio(name, its_name) >= RULES.name
        and fuzz.token_sort_ratio(company, its_company) >= RULES.company
    }
    assert set(likeness.alike(entries, RULES)) == wanted


# --- through a load ----------------------------------------------------------------------------

LEADS = """lead_id,created_at,source,campaign,name,email,phone,Đồng ý,Kết quả gọi,Số lần gọi
L1,2026-01-01,Website,,Trần Bình,b@x.vn,,Có,Gọi được,1
L2,2026-01-01,Danh sách mua,Lô 7,Lê Lan,B@x.vn,,Không,Sai số,3
L3,2026-01-02,Danh sách mua,Lô 7,Lê Hoa,,0912345678,,Sai số,2
L4,2026-01-03,Danh sách mua,Lô 8,Lê Mai,,0912345679,?,Mạo danh,x
"""


def _loaded(folder: Path, mapping: str = "", /, mode: str | None = None, **files: str) -> Store:
    store = Store(folder / "store")
    paths = []
    for name, text in files.items():
        paths.append(folder / f"{name}.csv")
        paths[-1].write_text(text)
    said = Mapping.parse(mapping) if mapping else None
    load(store, paths, mapping=said, mode=mode, now=NOW)
    return store


def _rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    with store.cursor(store.generation()) as cursor:
        return cursor.execute(sql).fetchall()


def test_a_load_screens_and_reads_consent_calls_and_batches(tmp_path: Path) -> None:
    store = _loaded(tmp_path, leads=LEADS)
    assert _rows(
        store,
        "select screening, screening_reason, duplicate_of, batch, consent, call_outcome, "
        "call_attempts from screening order by lead_id",
    ) == [
        ("ok", None, None, None, "yes", "reached", 1),
        ("duplicate", "same_email", "L1", "Lô 7", "no", "dead_number", 3),
        ("unreachable", "dead_number", None, "Lô 7", None, "dead_number", 2),
        ("invalid", "impostor", None, "Lô 8", None, "impostor", None),
    ]
    kept = set(store.generation().dimensions)
    assert {"screening", "screening_reason", "batch", "consent", "call_outcome"} <= kept
    of_reaches = (
        "select distinct screening from reaches semi join "
        "(select lead_number from leads where lead_id = 'L3') using (lead_number)"
    )
    assert _rows(store, of_reaches) == [("unreachable",)]


def test_of_leads_that_came_at_one_instant_the_first_in_the_file_is_the_original(
    tmp_path: Path,
) -> None:
    head = "lead_id,created_at,email\n"
    store = _loaded(tmp_path, leads=head + "L9,2026-01-01,a@x.vn\nL1,2026-01-01,a@x.vn\n")
    original = "select lead_id, duplicate_of from screening where duplicate_of is not null"
    assert _rows(store, original) == [("L1", "L9")]
    # So it stays, whatever is added.
    store = _loaded(tmp_path, more=head + "L0,2026-01-01,a@x.vn\n")
    assert _rows(store, f"{original} order by 1") == [("L0", "L9"), ("L1", "L9")]


def test_leads_whose_file_has_no_contacts_have_no_verdict(tmp_path: Path) -> None:
    with_contacts = "lead_id,created_at,email\nL1,2026-01-01,a@x.vn\nL2,2026-01-01,\n"
    without = "lead_id,created_at,source\nL3,2026-01-01,Facebook\n"
    store = _loaded(tmp_path, one=with_contacts, two=without)
    verdict = "select lead_id, screening from screening order by 1"
    assert _rows(store, verdict) == [("L1", "ok"), ("L2", "unreachable"), ("L3", None)]
    # The same again is nothing new.
    assert load(store, [tmp_path / "one.csv"], now=NOW).unchanged


MAPPING = """
[screening]
merge = "history"
credit = "last"
[screening.rules.role_account]
on = false
[[files]]
match = "leads*"
table = "leads"
columns = { lead_id = "id", created_at = "at", source = "source", email = "email" }
[[files]]
match = "moves*"
table = "stage_history"
columns = { lead_id = "id", stage = "stage", entered_at = "at" }
"""


def test_a_mapping_has_histories_merged_and_the_last_source_credited(tmp_path: Path) -> None:
    store = _loaded(
        tmp_path,
        MAPPING,
        leads="id,at,source,email\nL1,2026-01-01,Website,info@x.vn\nL2,2026-02-01,Fair,info@x.vn\n",
        moves="id,at,stage\nL1,2026-01-05,mql\nL2,2026-02-05,sql\n",
    )
    # (nobody is named, so a shared address does not tell that they are one)
    assert _rows(store, "select count(*) from screening where duplicate_of is not null") == [(0,)]
    store = _loaded(
        tmp_path,
        MAPPING,
        mode="replace",
        leads="id,at,source,email\nL1,2026-01-01,Website,a@x.vn\nL2,2026-02-01,Fair,a@x.vn\n",
        moves="id,at,stage\nL1,2026-01-05,mql\nL2,2026-02-05,sql\n",
    )
    assert _rows(store, "select lead_id, stage from stage_history order by entered_at") == [
        ("L1", "mql"),
        ("L1", "sql"),
    ]
    assert _rows(store, "select source from leads order by lead_id") == [("Fair",), ("Fair",)]
    # The store goes on by these rules.
    (kept,) = _rows(store, "select rules from screening_rules")
    assert Rules.parse(kept[0]) == RULES.changed(TomlTable.parse(Mapping.parse(MAPPING).screening))


def test_a_mapping_that_asks_for_a_rule_that_is_not_there_is_refused() -> None:
    with pytest.raises(MappingError, match=r"screening\.rules\.nonsense"):
        Mapping.parse("[screening.rules.nonsense]\non = false\n")
    mapping = Mapping.parse(MAPPING)
    assert Mapping.parse(mapping.to_toml()) == mapping


def test_many_leads_of_one_name_and_company_are_connected_by_few_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    joined = []

    class Counting(screening._Firsts):
        def join(self, one: int, other: int) -> None:
            joined.append((one, other))
            super().join(one, other)

    monkeypatch.setattr(screening, "_Firsts", Counting)
    people: list[Person] = [
        (
            name,
            "Công ty Hòa Phát",
            f"p{number}@firm.vn",
            f"09010{number:05d}" if number % 2 else None,
        )
        for number in range(200)
        for name in [("Nguyễn Văn An", "Nguyễn Văn Anh")[number % 3 == 0]]
    ]
    found = verdicts(people)
    assert [first for *_, first in found] == [None, *["L000"] * 199]
    assert len(joined) <= 2 * len(people)
