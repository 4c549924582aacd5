"""A file of aggregated paths gives what others have computed of it, and says what is wrong."""

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from analytics.__main__ import app
from analytics.sources.attribution import COLUMNS
from analytics.sources.path_file import attribution
from analytics.view.attribution_rules import MODELS, POSITIONS, Credit
from data.errors import LoadError

HEAD = "path,total_conversions,total_conversion_value,total_null\n"
UNTIMED = tuple(model for model in MODELS if model not in ("w", "full", "decay"))


def written(folder: Path, text: str) -> Path:
    path = folder / "paths.csv"
    path.write_text(text, encoding="utf-8")
    return path


def by_source(rows: pd.DataFrame, model: str, column: str = "credit") -> dict[str, float]:
    part = rows[(rows["model"] == model) & rows["source"].notna()]
    return dict(zip(part["source"], part[column], strict=True))


def test_the_oracles_agree(real_data: Path) -> None:
    """The authors' own package for single touches, and an independent exact chain."""
    folder = real_data / "channel_attribution"
    found = attribution(folder / "PathData.csv")
    assert found.conversions == 19_785
    assert found.value == pytest.approx(74_802.9716, abs=1e-3)
    assert found.chance == pytest.approx(0.223845, abs=5e-7)
    assert found.left_out == ("w", "full", "decay")
    oracle = pd.read_csv(folder / "ORACLE_ChannelAttribution_2.2.5_heuristic.csv")
    assert len(oracle) == 12
    for model, name in (("first", "first"), ("last", "last"), ("linear", "linear")):
        for column, kind in (("credit", "conversions"), ("value", "value")):
            expected = oracle.set_index("channel_name")[f"{name}_touch_{kind}"].to_dict()
            assert by_source(found.rows, model, column) == pytest.approx(expected, rel=1e-9)
    exact = pd.read_csv(folder / "ORACLE_own_python.csv").set_index("channel")
    markov = by_source(found.rows, "markov")
    assert markov == pytest.approx(exact["mk1_with_null"].to_dict(), rel=1e-9, abs=1e-6)
    sums = found.rows.groupby("model")[["credit", "value"]].sum()
    assert sums["credit"].tolist() == pytest.approx([19_785] * len(UNTIMED), rel=1e-12)
    assert sums["value"].tolist() == pytest.approx([found.value] * len(UNTIMED), rel=1e-12)


def test_the_command_line_has_the_same(real_data: Path) -> None:
    path = real_data / "channel_attribution" / "PathData.csv"
    answer = CliRunner().invoke(app, ["attribution", "--paths", str(path), "--format", "json"])
    assert answer.exit_code == 0
    told = json.loads(answer.stdout)
    assert list(told) == ["question", "view", "generation", "as_of", "rows"]
    assert (told["question"], told["view"], told["generation"]) == ("attribution", None, None)
    assert [list(row) for row in told["rows"]] == [COLUMNS] * len(told["rows"])
    rows = pd.DataFrame(told["rows"])
    expected = attribution(path).rows
    assert rows["credit"].tolist() == pytest.approx(expected["credit"].tolist())
    assert "w, full, decay" in answer.stderr


def test_worked_example_4(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        HEAD + "A > B > C,3,30,0\nA > C,2,20,0\nB,0,0,5\nA,0,0,5\nC,1,10,0\nB > C,0,0,4\n",
    )
    found = attribution(path)
    assert by_source(found.rows, "markov") == pytest.approx(
        {"A": 1.0843, "B": 2.0241, "C": 2.8916}, abs=5e-5
    )
    assert by_source(found.rows, "shapley") == pytest.approx({"A": 2, "B": 1, "C": 3})
    assert by_source(found.rows, "shapley_rate") == pytest.approx(
        {"A": -0.75, "B": -3.5, "C": 10.25}
    )
    # Every conversion is worth ten, so all shares are those of the counts.
    for model in UNTIMED:
        values = by_source(found.rows, model, "value")
        assert values == pytest.approx({k: 10 * v for k, v in by_source(found.rows, model).items()})
    assert (found.few, found.conversions, found.value, found.own) == (True, 6, 60, 0)
    assert found.asked is None


def test_what_asks_for_times_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + "a > b,1,2,0\n")
    assert attribution(path).left_out == ("w", "full", "decay")
    weights = tuple((50.0, 50.0, 0.0, 0.0, 0.0) if m == "u" else w for m, w in POSITIONS.items())
    found = attribution(path, Credit(weights=weights, model="u"))
    assert found.left_out == ("u", "w", "full", "decay")
    assert set(found.rows["model"]) == set(MODELS) - set(found.left_out)
    assert found.rows[["low", "high", "spend", "roi"]].isna().all(axis=None)


def test_columns_in_any_order_and_some_missing(tmp_path: Path) -> None:
    path = written(tmp_path, "note;Total_Conversions;PATH\nx;2;a>b\ny;1;\n")
    found = attribution(path)
    assert (found.conversions, found.value, found.unattributed) == (3, 0, 1)
    assert by_source(found.rows, "linear") == {"a": 1, "b": 1}
    nobody = found.rows[(found.rows["model"] == "markov") & found.rows["source"].isna()]
    assert nobody["credit"].tolist() == [1]


def test_a_packed_file_and_many_channels(tmp_path: Path) -> None:
    path = tmp_path / "paths.csv.gz"
    lines = [f"c{number:05} > seo,1,1,1" for number in range(10_000)]
    path.write_bytes(gzip.compress((HEAD + "\n".join(lines)).encode(), mtime=0))
    found = attribution(path)
    assert found.grouped == 10_000 - 29
    linear = by_source(found.rows, "linear")
    assert linear["seo"] == pytest.approx(5_000)
    assert linear["~other"] == pytest.approx((10_000 - 29) / 2)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty"),
        (HEAD, "no rows below"),
        ("way,total_conversions\na,1\n", "no column 'path'"),
        ("path,wins\na,1\n", "no column 'total_conversions'"),
        (HEAD + "a,1,1,0\na > b,-1,1,0\n", "line 3, column total_conversions: '-1' is negative"),
        (HEAD + "a,1,x,0\n", "line 2, column total_conversion_value: 'x' is not a number"),
        (HEAD + "a,1,1,nan\n", "line 2, column total_null: 'nan' is not a number"),
        (HEAD + "a,1,1,inf\n", "line 2, column total_null: 'inf' is not a number"),
        (HEAD + "a,1,1,0\na > > b,1,1,0\n", "line 3, column path: there is a touch without a name"),
        (HEAD + "a,0,1,1\n", "line 2, column total_conversion_value: there is a value, but no"),
        (HEAD + 'a,1,1,0\n"b,1,1,0\n', "line 3"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(LoadError, match=r"paths\.csv") as raised:
        attribution(written(tmp_path, text))
    assert says in str(raised.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["attribution", "--paths", str(tmp_path / "no.csv")])
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "no.csv" in answer.stderr
    assert answer.stderr.count("\n") == 1
