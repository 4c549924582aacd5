"""Data: what is loaded and refused, loading from the browser, and the versions that are kept."""

import gzip
import re
import shutil
from pathlib import Path

import pytest

from data.load.loader import load
from data.store import Store
from tests.pages.conftest import Serve
from tests.support.importing import brought, loaded, onward
from tests.support.screen import LANGUAGES, bars, boards, moved, opened, said, says, settled

TITLES = {"en": "Data", "vi": "Dữ liệu"}
LEADS = """\
lead id,created at,source,owner,SQL date,won date
A1,2026-01-05,seo,Lan,2026-01-09,2026-02-01
A2,2026-01-06,event,Minh,2026-01-12,
A3,2026-01-07,seo,Lan,,
A4,not a day,seo,Lan,,
"""


@pytest.fixture(scope="module")
def _after(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("after")
    shutil.copytree(sample_store, folder / "store")
    (folder / "crm.csv").write_text(LEADS)
    load(Store(folder / "store"), [folder / "crm.csv"])
    return folder / "store"


@pytest.fixture
def after(serve: Serve, _after: Path, tmp_path: Path) -> Store:
    """The pages read a store of this test's own into which the leads have been loaded."""
    shutil.copytree(_after, tmp_path / "store")
    return serve(tmp_path / "store")


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_says_what_is_loaded(lang: str) -> None:
    screen = opened("data", lang=lang)
    assert [title.value for title in screen.title] == [TITLES[lang]]
    count = {"en": "4,000 lead", "vi": "4.000 lead"}[lang]
    assert count in said(screen)


@pytest.mark.parametrize(("lang", "where"), [("vi", "in_processes"), ("en", "_called_here")])
def test_a_file_is_loaded_and_the_pages_show_it(
    own_sample: Store, lang: str, where: str, request: pytest.FixtureRequest
) -> None:
    """Once as on a server: each look, reading, trial and load in a process of its own."""
    request.getfixturevalue(where)
    screen = opened("data", lang=lang)
    screen = loaded(screen, "crm.csv", LEADS.encode())
    assert own_sample.current() == 2
    (told,) = (each.value for each in screen.success)
    # rows loaded, leads now, refused in all and for the one reason
    assert re.findall(r"\d+", told) == ["3", "3", "1", "1"]
    assert {"en": "The date cannot be read", "vi": "Không đọc được ngày"}[lang] in told
    assert "crm.csv" not in said(screen)  # nothing is left that could be loaded again by mistake
    screen = moved(screen, "overview")
    assert bars(screen) == {"lead": 3, "prospect": 2, "opportunity": 1, "customer": 1}
    screen = moved(screen, "data")
    assert not screen.success  # it was said once
    files, refused = boards(screen)
    # A row for each table that the file fed, with what it gave to it.
    fed = {"en": ["leads", "stages with their dates"], "vi": ["giai đoạn kèm ngày", "lead"]}
    assert {row["cells"][0]["value"] for row in files["rows"]} == {"crm.csv"}
    assert sorted(row["cells"][1]["value"] for row in files["rows"]) == fed[lang]
    assert [row["cells"][2]["value"] for row in refused["rows"]] == ["1"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rubbish.csv", bytes(range(256)) * 40),
        ("rubbish.xlsx", b"PK\x03\x04" + bytes(range(256)) * 40),
        ("nothing.csv", b""),
        ("header.csv", b"lead id,created at\n"),
        ("cut.csv.gz", gzip.compress(LEADS.encode() * 50, mtime=0)[:60]),
        ("cut.parquet", b"PAR1" + bytes(100)),
        ("wrong.csv", b"a;b\n1;2\n"),
        ("refused.csv", b"lead id,created at\nA1,someday\n"),
    ],
    ids=(
        "rubbish rubbish-workbook empty header-only cut-gzip cut-parquet unknown-headers "
        "all-refused"
    ).split(),
)
def test_a_bad_file_says_so_and_changes_nothing(
    untouched: Store, name: str, content: bytes
) -> None:
    screen = brought(opened("data", lang="en"), (name, content))
    while not screen.error and not (way := onward(screen)[0]).disabled:
        screen = settled(way.click())
    told = [each.value for each in (*screen.error, *screen.warning)]
    assert len(told) >= 1
    assert "/tmp" not in " ".join(told)
    assert untouched.current() == 1
    assert opened("overview", lang="en").metric[0].value == "4,000"


def test_refused_rows_are_counted_by_reason(after: Store) -> None:
    screen = opened("data", lang="en")
    assert "1 row or value was refused" in said(screen)
    assert "All refused rows as CSV" in [each.proto.label for each in screen.get("link_button")]
    assert after.generation().query("select line from rejected_rows")["line"].tolist() == [5]


def test_an_older_version_is_one_choice_away(after: Store) -> None:
    screen = opened("data", lang="en")
    screen = settled(screen.radio(key="version__en").set_value(1))
    assert screen.query_params["data"].startswith("1-")
    assert after.pinned() == {1}
    screen = moved(screen, "overview")
    assert screen.metric[0].value == "4,000"
    screen = moved(screen, "data")
    screen = settled(screen.radio(key="version__en").set_value(2))
    assert says(screen, "data") == "current"
    assert after.current() == 2


def test_what_a_load_must_say_is_said(after: Store) -> None:
    screen = loaded(opened("data", lang="en"), "crm.csv", LEADS.encode())
    assert "nothing has changed" in screen.info[0].value
    assert after.current() == 2
    spent = b"month,source,cost,currency\n2026-01,seo,100,USD\n"
    screen = loaded(screen, "spend.csv", spent)
    assert after.current() == 3
    assert any("USD" in each.value for each in screen.info)
