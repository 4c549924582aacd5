"""The SQL stays portable: what can be seen in a text without running it.

A wrong answer on another engine raises no error, so each rule stands for one that was met. The
checks are themselves checked on texts that break exactly one rule.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import expressions as sql

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted([*(ROOT / "analytics").rglob("*.sql"), *(ROOT / "data").rglob("sql/*.sql")])

# A window's order is total when it ends in one of these: unique within any partition we make.
KEYS = {"lead_id", "lead_number", "position", "visit_number", "stage_rank", "step", "bucket", "day"}
KEYS |= {"slot", "ordinal"}  # of a load: the number of a file, and of a move in its row
KEYS |= {"copy"}  # of the wins of a lead at one instant
KEYS |= {"said_at"}  # of all that is said of a lead at once
# Functions whose answer hangs on the order of rows.
ORDERED = (
    sql.RowNumber,
    sql.Rank,
    sql.DenseRank,
    sql.Ntile,
    sql.Lag,
    sql.Lead,
    sql.FirstValue,
    sql.LastValue,
    sql.NthValue,
)
# What a file of a load says, which runs on DuckDB alone, where it keeps the order of rows.
ALONG_THE_ROWS = "windows without an order go"
INEQUALITIES = (sql.GT, sql.GTE, sql.LT, sql.LTE, sql.NEQ, sql.Between)
HEADER = re.compile(r"(?:--.*\n)+")
PARAMETER = re.compile(r"\$([a-z_]+)")


def broken_rules(text: str) -> Iterator[str]:
    """What a text of SQL does that does not hold on every engine, or against the house's style."""
    header = found.group() if (found := HEADER.match(text)) else ""
    code = re.sub(r"--.*", "", text)
    yield from _header(header, code)
    yield from broken_in(code, along_the_rows=ALONG_THE_ROWS in header)


def broken_in(code: str, *, along_the_rows: bool = False) -> Iterator[str]:
    """What statements without comments do that does not hold on every engine.

    along_the_rows: whether windows may rely on the order in which rows were put into a table.
    """
    if (plain := re.sub(r"'[^']*'|\"[^\"]*\"", "", code)) != plain.lower():
        yield "keywords and names are lower case"
    try:
        statements = sqlglot.parse(code, dialect="duckdb")
    except sqlglot.ParseError as error:
        yield f"it does not parse: {error}"
        return
    for statement in statements:
        if statement is not None:
            yield from _dates_and_numbers(statement)
            yield from _joins_and_lists(statement)
            for window in statement.find_all(sql.Window):
                if not (along_the_rows and window.args.get("order") is None):
                    yield from _window(window)


def _header(header: str, code: str) -> Iterator[str]:
    for word in ("Grain:", "Parameters:"):
        if word not in header:
            yield f"the header comment names no {word}"
    of_the_scope = "those of the scope" in header
    named, used = set(PARAMETER.findall(header)), set(PARAMETER.findall(code))
    if named - used:
        yield f"the header names parameters that are not used: {sorted(named - used)}"
    if used - named and not of_the_scope:
        yield f"parameters are missing in the header: {sorted(used - named)}"


def _dates_and_numbers(statement: sql.Expr) -> Iterator[str]:
    for difference in statement.find_all(sql.DateDiff):
        if difference.text("unit").lower() in {"month", "quarter", "year"}:
            yield "date_diff in months: use year * 12 + month"
    for quantile in statement.find_all(sql.PercentileCont):
        if not isinstance(quantile.expression, (sql.Literal, sql.Parameter, sql.Placeholder)):
            yield "quantile_cont(x, q) takes one number and no order"
    for division in statement.find_all(sql.Div):
        for literal in division.find_all(sql.Literal):
            if not literal.is_string and "." in literal.name and "e" not in literal.name.lower():
                yield f"a decimal literal in a division: write {literal.name} as a double (1e0)"


def _joins_and_lists(statement: sql.Expr) -> Iterator[str]:
    for join in statement.find_all(sql.Join):
        condition = join.args.get("on")
        if condition is not None and condition.find(*INEQUALITIES):
            yield "an inequality in a join's on: put it into where, or group"
    for among in statement.find_all(sql.In):
        if any(literal.is_string for literal in among.find_all(sql.Literal)):
            yield "a list of values: bind it, list_contains($values, column)"


def _window(window: sql.Window) -> Iterator[str]:
    order = window.args.get("order")
    if order is None:
        if isinstance(window.this, ORDERED) or window.find(sql.WindowSpec):
            yield f"a window without an order: {window.sql()}"
        return
    last = order.expressions[-1].this
    if not (isinstance(last, sql.Column) and last.name in KEYS):
        yield f"a window whose order does not end in a key: {window.sql()}"


@pytest.mark.parametrize("path", FILES)
def test_portable(path: Path) -> None:
    assert list(broken_rules(path.read_text(encoding="utf-8"))) == []


def test_only_a_load_relies_on_the_order_of_rows() -> None:
    relying = {path for path in FILES if ALONG_THE_ROWS in path.read_text(encoding="utf-8")}
    assert relying
    assert all(path.is_relative_to(ROOT / "data") for path in relying)


def test_windows_without_an_order_go_along_the_rows() -> None:
    """It is nowhere promised, and loads rely on it; of more rows than a thread takes at a time."""
    with duckdb.connect(config={"threads": 4}) as engine:
        engine.execute("create temp table t as select hash(range) as n from range(400_000)")
        told = engine.execute(
            "with t as (select n, rowid as place, row_number() over () as number, "
            "lag(n) over () as before, lead(n) over () as after, "
            "count(*) over (rows between unbounded preceding and current row) as sofar from t) "
            "select bool_and(one.number = one.place + 1 and one.sofar = one.number), "
            "bool_and(one.before is not distinct from previous.n), "
            "bool_and(previous.after is not distinct from one.n or previous.n is null) "
            "from t as one left join t as previous on previous.place = one.place - 1"
        ).fetchone()
    assert told == (True, True, True)


def test_lists_that_one_thread_makes_go_along_the_rows() -> None:
    """As little is that promised: whether each group has its place, or is looked for."""
    with duckdb.connect(config={"threads": 1}) as engine:
        engine.execute(
            "create temp table t as select cast(range // 3 as integer) as k, range as place "
            "from range(400_000)"
        )
        for bits in (12, 22):
            engine.execute(f"set perfect_ht_threshold = {bits:d}")
            told = engine.execute(
                "with lists as (select k, list(place) as places from t group by k) "
                "select count(*), bool_and(places = list_sort(places)) from lists"
            ).fetchone()
            assert told == (133_334, True)


def test_a_function_is_the_engines_own() -> None:
    """What no dialect knows is a function of DuckDB, so that a shell can run a text taken away."""
    called = {
        function.name
        for path in FILES
        for statement in sqlglot.parse(path.read_text(encoding="utf-8"), dialect="duckdb")
        if statement is not None
        for function in statement.find_all(sql.Anonymous)
    }
    with duckdb.connect() as engine:
        known = engine.execute("select distinct function_name from duckdb_functions()").fetchall()
    assert called <= {name for (name,) in known}


def test_there_is_something_to_check() -> None:
    assert FILES


HEAD = "-- What it answers.\n-- Grain: one row.\n-- Parameters: none.\n"


@pytest.mark.parametrize(
    "text",
    [
        "-- Grain: one row.\nselect 1\n",
        "-- Grain: one row. Parameters: $gone.\nselect 1\n",
        HEAD + "select $value\n",
        HEAD + "SELECT 1\n",
        HEAD + "select from where\n",
        HEAD + "select date_diff('month', a, b) from t\n",
        HEAD + "select quantile_cont(a, 0.5 order by b) from t\n",
        HEAD + "select quantile_cont(a, [0.5, 0.9]) from t\n",
        HEAD + "select a / 3600.0 from t\n",
        HEAD + "select a / (b * 1.5) from t\n",
        HEAD + "select 1 from t join u on t.k = u.k and t.a < u.a\n",
        HEAD + "select 1 from t left join u on t.a between u.a and u.b\n",
        HEAD + "select row_number() over (partition by k) from t\n",
        HEAD + "select lag(a) over (partition by k order by created_at) from t\n",
        HEAD + "select 1 from t where a in ('x', 'y')\n",
    ],
)
def test_a_broken_rule_is_seen(text: str) -> None:
    assert len(list(broken_rules(text))) == 1, list(broken_rules(text))


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "select 'Not a Keyword' as a, \"A Name\" from t\n",
        HEAD + "select date_diff('microsecond', a, b) / 3600e0, quantile_cont(a, 0.5) from t\n",
        HEAD + "select 0.5 * a from t join u on t.k = u.k where t.a < u.a\n",
        HEAD + "select sum(a) over (partition by k), 1 from t where a in (1, 2)\n",
        HEAD + "select lag(a) over (partition by k order by created_at, lead_id) from t\n",
        "-- Grain: one row. Parameters: $values.\n"
        "select 1 from t where list_contains($values, a)\n",
    ],
)
def test_what_is_portable_passes(text: str) -> None:
    assert list(broken_rules(text)) == []
