"""The targets: what is written is read back, and what cannot be used is said with its line."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.mapping.mapping import Mapping, MappingError
from data.pipeline import Pipeline, PipelineError
from data.targets import Targets
from data.toml import place_of

STAGES = """\
[[stages]]
slug = "new"
group = "lead"
[[stages]]
slug = "won"
group = "customer"
"""

amounts = st.none() | st.floats(min_value=0, exclude_min=True, allow_infinity=False)


@given(st.builds(Targets, amounts, amounts, amounts, amounts))
def test_they_survive_the_text_of_a_pipeline_and_of_a_mapping(targets: Targets) -> None:
    pipeline = replace(Pipeline.default(), targets=targets)
    assert Pipeline.parse(pipeline.to_toml()) == pipeline
    assert ("[targets]" in pipeline.to_toml()) == bool(targets)
    mapping = Mapping(targets=targets)
    assert Mapping.parse(mapping.to_toml()) == mapping


def test_a_company_need_not_have_any() -> None:
    assert Pipeline.parse(STAGES).targets == Pipeline.default().targets == Targets()
    assert not Targets()
    some = Pipeline.parse(f"{STAGES}[targets]\nwon = 240\n").targets
    assert (some.won, some.leads) == (240, None)
    assert some


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("won = 0", "targets.won: 0 is not a number above 0"),
        ("won = -3", "targets.won: -3 is not a number above 0"),
        ("won = true", "targets.won: True is not a number above 0"),
        ('won = "240"', "targets.won: '240' is not a number above 0"),
        ("value = inf", "targets.value: inf is not a number above 0"),
        ("wins = 240", "targets.wins: no such key; there are leads, opportunities, won, value"),
    ],
    ids=["zero", "negative", "flag", "text", "endless", "misspelt"],
)
def test_what_cannot_be_a_target_is_said_with_file_and_line(
    tmp_path: Path, line: str, told: str
) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(f"{STAGES}\n[targets]\nleads = 4500\n{line}\n", encoding="utf-8")
    with pytest.raises(PipelineError) as wrong:
        Pipeline.read(path)
    assert str(wrong.value).startswith(f"ours.toml, line 10: {told}")
    path.write_text(f"[targets]\n{line}\n", encoding="utf-8")
    with pytest.raises(MappingError) as wrong_too:
        Mapping.read(path)
    assert str(wrong_too.value).startswith(f"ours.toml, line 2: {told}")


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("currency", 1),
        ("files[0].match", 4),
        ("files[1].columns", 8),
        ("files[1].columns.lead_id", 9),
        ("files[1].columns.elsewhere", 8),
    ],
    ids=["of-the-text", "of-an-entry", "a-header", "below-a-header", "not-there"],
)
def test_a_key_has_a_line(where: str, line: int) -> None:
    text = """\
currency = "VND"

[[files]]
match = "a"
# table = "leads"
[[files]]
match = "b"
[files.columns]
lead_id = "Id"
"""
    assert place_of(f"{where}: is wrong", text) == f", line {line}"


def test_a_message_without_a_key_has_no_line() -> None:
    assert place_of("A pipeline needs at least two [[stages]].", STAGES) == ""
    assert place_of("nothing: of the kind", STAGES) == ""
