"""The rows that every engine gets: made-up leads and their stage history, as two CSV files."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from data.pipeline import Pipeline

START = datetime(2024, 1, 1)
"""When the first lead comes, UTC."""

DAYS = 731
"""How long they keep coming: two years, one of them a leap year."""

# How many of the leads come as far as each stage of the default pipeline: a little more than two
# moves a lead.
_SHARES = {
    "lead": 1e9,  # whatever its luck, a lead is a lead
    "iql": 0.55,
    "mql": 0.35,
    "sal": 0.20,
    "sql": 0.12,
    "opportunity": 0.07,
    "won": 0.03,
}
_CHANCE = """
create temp macro chance(what, key) as hash(what || ' ' || key) / 18446744073709551616e0
"""


@dataclass(frozen=True)
class History:
    """A folder with `leads.csv` and `stage_history.csv`, and how many rows they have."""

    folder: Path
    leads: int
    moves: int

    @property
    def rows(self) -> int:
        """Rows in both files."""
        return self.leads + self.moves


SOURCES = (
    *("Facebook", "Google", "Website", "Zalo", "Email"),
    *("Purchased list", "Trade fair", "Referral"),
)
"""Where the leads come from, as `leads.sql` has it."""

TOUCH_SOURCES = (
    *("Newsletter", "Google", "Website", "Facebook", "Webinar", "Zalo"),
    *("Email", "Partner", "Trade fair", "Referral", "Purchased list", "Press"),
)
"""Where touches after the first come from, the most frequent before."""


MANY_SOURCES = 10_000
"""Of so many sources leads and touches are where a campaign or an agent is taken for one."""


def write_many_sources(known: History, folder: Path) -> None:
    """Writes the files of made-up leads, their moves and touches again, of MANY_SOURCES, evenly."""
    source = f"'Source ' || cast(floor({MANY_SOURCES} * chance('many', cast(l as varchar))) as int)"
    with duckdb.connect() as con:
        con.execute(_CHANCE)
        for table in ("leads", "stage_history", "touches"):
            columns = "*" if table == "stage_history" else f"* replace ({source} as source)"
            con.execute(
                f"copy (select {columns} from '{known.folder}/{table}.csv' as l) "
                f"to '{folder}/{table}.csv' (header)"
            )


def write_touches(folder: Path, leads: int) -> int:
    """Writes `touches.csv` beside the two files of so many leads; how many there are.

    One row per touch, about five a lead, by lead and time: `lead_id, touched_at, source`.
    """
    with duckdb.connect() as con:
        con.execute(_CHANCE)
        parameters = {"leads": leads, "start": START, "days": DAYS}
        con.execute(f"create table leads as {_sql('leads')}", parameters)
        con.execute(f"create table touches as {_sql('touches')}", {"sources": list(TOUCH_SOURCES)})
        con.execute(f"copy touches to '{folder}/touches.csv' (header)")
        counted = con.execute("select count(*) from touches").fetchone()
    return counted[0] if counted else 0


_WORDS = {
    "families": "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý".split(),
    "givens": "An Anh Bình Châu Chi Dũng Duy Giang Hà Hải Hạnh Hiền Hoa Hùng Huy Hương Khánh "
    "Khoa Lan Linh Long Mai Minh Nam Nga Ngọc Nhung Phong Phúc Phương Quân Quang Sơn Tâm "
    "Thảo Thắng Thu Thủy Trang Trung Tuấn Tùng Tú Uyên Vân Việt Vy Yến".split(),
    "firms": "Cơ khí|Bao bì|Vận tải|Xây dựng|Thực phẩm|Nông sản|Dược phẩm|Nhựa|Dệt may".split("|"),
}
"""What names of people and companies are made of."""


def write_contacts(folder: Path, leads: int) -> Path:
    """Writes `contacts.csv`, one row per lead with its name, company, e-mail and phone."""
    file = folder / "contacts.csv"
    with duckdb.connect() as con:
        con.execute(_CHANCE)
        con.execute(
            f"create table contacts as {_sql('contacts')}",
            {"leads": leads, "start": START, **_WORDS},
        )
        con.execute(f"copy contacts to '{file}' (header)")
    return file


def write(folder: Path, leads: int) -> History:
    """Writes the two files; the same number of leads gives the same rows.

    `leads.csv`: one row per lead, `lead_id, created_at, source, owner`. `stage_history.csv`: one
    row per move, by lead and time, `lead_id, stage, entered_at`. Times are UTC, whole seconds.
    """
    with duckdb.connect() as con:
        con.execute(_CHANCE)
        parameters = {"leads": leads, "start": START, "days": DAYS}
        con.execute(f"create table leads as {_sql('leads')}", parameters)
        con.execute(f"create table stage_history as {_sql('stage_history')}", _moves())
        for table in ("leads", "stage_history"):
            con.execute(f"copy {table} to '{folder / table}.csv' (header)")
        counted = con.execute("select count(*) from stage_history").fetchone()
    return History(folder, leads, counted[0] if counted else 0)


def write_more(folder: Path, known: History, rows: int) -> None:
    """Writes `leads.csv` and `stage_history.csv` of what came after the known leads.

    So many rows in all: a quarter are leads that come next, then all their moves; the rest are
    moves of leads that are known, which are lost at the end of the two years.
    """
    new = rows // 4
    with duckdb.connect() as con:
        con.execute(_CHANCE)
        parameters = {"leads": known.leads + new, "start": START, "days": DAYS}
        con.execute(
            f"create table leads as select * from ({_sql('leads')}) where lead_id > {known.leads}",
            parameters,
        )
        con.execute(f"create table stage_history as {_sql('stage_history')}", _moves())
        counted = con.execute("select count(*) from stage_history").fetchone()
        con.execute(
            "insert into stage_history select range + 1, 'lost', $end from range($others)",
            {
                "end": START + timedelta(days=DAYS),
                "others": min(rows - new - (counted[0] if counted else 0), known.leads),
            },
        )
        for table in ("leads", "stage_history"):
            con.execute(f"copy {table} to '{folder / table}.csv' (header)")


def _moves() -> dict[str, object]:
    """What the SQL of the moves binds."""
    stages = list(Pipeline.default().slugs)
    shares = [_SHARES[stage] for stage in stages]
    return {"stages": stages, "shares": shares, "start": START, "days": DAYS}


def _sql(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
