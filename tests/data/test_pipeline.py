"""The pipeline: what is written is read back, and what cannot be used is said."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.condition import Condition
from data.pipeline import GROUPS, Exit, Pipeline, PipelineError, Stage, Step
from data.temperature import Temperature

slugs = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,8}", fullmatch=True)
labels = st.dictionaries(
    st.sampled_from(["en", "vi", "zh-Hans"]), st.text(min_size=1, max_size=20)
).map(lambda names: tuple(sorted(names.items())))

limits = st.none() | st.floats(min_value=0, max_value=36_500, exclude_min=True)


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    """Any valid pipeline."""
    names = draw(st.lists(slugs, min_size=2, max_size=8, unique=True))
    stages = draw(st.integers(2, len(names)))
    drawn = st.lists(st.sampled_from(GROUPS), min_size=stages, max_size=stages)
    groups = sorted(draw(drawn), key=GROUPS.index)
    return Pipeline(
        tuple(
            Stage(name, group, draw(labels), draw(limits))
            for name, group in zip(names[:stages], groups, strict=True)
        ),
        tuple(Exit(name, draw(labels), draw(st.booleans())) for name in names[stages:]),
    )


@given(pipelines())
def test_it_survives_its_text(pipeline: Pipeline) -> None:
    assert Pipeline.parse(pipeline.to_toml()) == pipeline


@given(pipelines())
def test_every_stage_is_in_one_step_of_each_level(pipeline: Pipeline) -> None:
    assert [step.slug for step in pipeline.steps("stage")] == list(pipeline.slugs)
    groups = pipeline.steps("group")
    assert [step.slug for step in groups] == [
        group for group in GROUPS if group in {stage.group for stage in pipeline.stages}
    ]
    for step in groups:
        members = [stage.slug for stage in pipeline.stages if stage.group == step.slug]
        assert step.opened_by == members[0]


def test_the_default_is_that_of_the_design() -> None:
    pipeline = Pipeline.default()
    assert pipeline.slugs == ("lead", "iql", "mql", "sal", "sql", "opportunity", "won")
    assert pipeline.exit_slugs == ("lost", "disqualified")
    assert pipeline.steps("group") == (
        Step("lead", "lead", "lead"),
        Step("prospect", "prospect", "sal"),
        Step("opportunity", "opportunity", "opportunity"),
        Step("customer", "customer", "won"),
    )
    for named in [part.labels for part in pipeline.stages] + [out.labels for out in pipeline.exits]:
        assert dict(named).keys() == {"en", "vi"}


def test_labels_fall_back_to_english_then_to_the_slug() -> None:
    stages = (
        Stage("a", "lead", (("en", "Ay"), ("vi", "Á"))),
        Stage("b", "lead", (("en", "Bee"),)),
        Stage("c", "prospect", (("vi", "Cê"),)),
    )
    pipeline = Pipeline(stages, (Exit("out", (("en", "Out"),)),))
    said = [
        [pipeline.label(slug, lang) for slug in ("a", "b", "c", "out", "?")]
        for lang in ("vi", "en")
    ]
    assert said == [["Á", "Bee", "Cê", "Out", "?"], ["Ay", "Bee", "c", "Out", "?"]]


def test_a_limit_is_a_number_of_days() -> None:
    text = _table((A + "\nlimit_days = 7", B + "\nlimit_days = 0.5"))
    assert [stage.limit_days for stage in Pipeline.parse(text).stages] == [7.0, 0.5]
    assert re.search(r"limit_days = 7\b(?!\.)", Pipeline.parse(text).to_toml())
    assert all(stage.limit_days is None for stage in Pipeline.default().stages)


@pytest.mark.parametrize(
    "limit",
    ["0", "-3", "nan", "inf", "true", '"7"', "[7]", "1e9", "9" * 400],
    ids="zero negative nan infinite flag text list too-long huge".split(),
)
def test_a_limit_that_is_none_is_said(limit: str) -> None:
    with pytest.raises(PipelineError, match=r"'b': limit_days .* is not a number of days"):
        Pipeline.parse(_table((A, f"{B}\nlimit_days = {limit}")))


def handed_over(pipeline: Pipeline) -> tuple[str, str, int | None] | None:
    found = pipeline.handover
    if found is None:
        return None
    return found.handing.slug, found.accepting.slug, found.taken_after_hours


def test_leads_are_handed_over_into_the_stage_that_is_marked() -> None:
    assert handed_over(Pipeline.default()) == ("mql", "sal", None)
    c, d = ('slug = "c"\ngroup = "prospect"', 'slug = "d"\ngroup = "opportunity"')
    assert handed_over(Pipeline.parse(_table((A, B, c, d)))) == ("a", "b", None)
    marked = Pipeline.parse(_table((A, B, c, f"{d}\nhandover = true\ntaken_after_hours = 24")))
    assert handed_over(marked) == ("c", "d", 24)
    assert Pipeline.parse(marked.to_toml()) == marked
    # Nobody hands over to a stage that is the first, and without prospects it has to be said which.
    assert handed_over(Pipeline.parse(_table((c, d)))) is None
    assert handed_over(Pipeline.parse(_table((A, d)))) is None


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("handover = true", "", "'a': handover is of a later stage"),
        ("", 'handover = "yes"', "handover: 'yes' is not true or false"),
        ("", "taken_after_hours = 0", "'b': taken_after_hours 0 is not a whole number"),
        ("", "taken_after_hours = 1.5", "'b': taken_after_hours 1.5 is not a whole number"),
        ("", "taken_after_hours = true", "'b': taken_after_hours True is not a whole number"),
        ("handover = true", "handover = true", "'b': handover is said of 'a' already"),
    ],
)
def test_a_handover_that_cannot_be_is_said(first: str, second: str, said: str) -> None:
    with pytest.raises(PipelineError, match=said):
        Pipeline.parse(_table((f"{A}\n{first}", f"{B}\n{second}")))


def test_an_exit_may_be_unusable() -> None:
    assert Pipeline.default().unusable_slugs == ("disqualified",)
    text = _table((A, B), ('slug = "gone"', 'slug = "junk"\nunusable = true'))
    assert Pipeline.parse(text).unusable_slugs == ("junk",)
    assert Pipeline.parse(text).to_toml().count("unusable = true") == 1
    with pytest.raises(PipelineError, match=r"exits\[0\]\.unusable: 'yes' is not true or false"):
        Pipeline.parse(_table((A, B), ('slug = "gone"\nunusable = "yes"',)))


def test_a_label_may_be_one_text() -> None:
    text = _table(('slug = "a"\ngroup = "lead"\nlabel = "A"', B))
    assert Pipeline.parse(text).label("a", "vi") == "A"


def _table(stages: tuple[str, ...], exits: tuple[str, ...] = ()) -> str:
    return "\n".join(
        [f"[[stages]]\n{stage}" for stage in stages] + [f"[[exits]]\n{out}" for out in exits]
    )


A, B = 'slug = "a"\ngroup = "lead"', 'slug = "b"\ngroup = "prospect"'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "needs at least two"),
        (_table((A,)), "needs at least two"),
        ("stages = [", "not valid TOML"),
        (_table((A, 'slug = "two words"\ngroup = "lead"')), "'two words': a slug is"),
        (_table((A, 'slug = ""\ngroup = "lead"')), "'': a slug is"),
        (_table((A, 'slug = "x\'; drop table leads"\ngroup = "lead"')), "a slug is"),
        (_table((A, A)), "'a' is there twice"),
        (_table((A, B), ('slug = "b"',)), "'b' is there twice"),
        (_table((A, 'slug = "b"\ngroup = "suspect"')), "'suspect' is not one of lead, prospect"),
        (_table((B, A)), "must come in the order lead, prospect"),
        (_table((A, 'slug = "b"')), "lacks the key 'group'"),
        (_table((A, 'group = "lead"')), "lacks the key 'slug'"),
        (_table((A, B), ('label = "out"',)), "lacks the key 'slug'"),
    ],
    ids=(
        "nothing one-stage not-toml two-words no-slug-text sql twice twice-as-exit "
        "unknown-group groups-backwards no-group no-slug exit-without-slug"
    ).split(),
)
def test_what_cannot_be_used_is_said(text: str, message: str) -> None:
    with pytest.raises(PipelineError, match=message):
        Pipeline.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        'stages = "lead"',
        "stages = [1, 2]",
        "[stages]\nslug = 'a'",
        _table((A, 'slug = 5\ngroup = "lead"')),
        _table((A, 'slug = "b"\ngroup = ["lead"]')),
        _table((A, 'slug = "b"\ngroup = "lead"\nlabel = 3')),
        _table((A, 'slug = "b"\ngroup = "lead"\nlabel = { en = 3 }')),
    ],
    ids="text numbers table slug-number group-list label-number label-of-numbers".split(),
)
def test_a_value_of_the_wrong_type_is_said_too(text: str) -> None:
    with pytest.raises(PipelineError):
        Pipeline.parse(text)


def test_a_file_is_read_as_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "phễu.toml"
    path.write_text(Pipeline.default().to_toml(), encoding="utf-8")
    assert Pipeline.read(path) == Pipeline.default()
    with pytest.raises(OSError, match="none"):
        Pipeline.read(tmp_path / "none.toml")


def test_rules_of_temperature_are_tests_of_the_lead_itself() -> None:
    text = Pipeline.default().to_toml()
    ours = text + '[temperature]\nhot = "score >= 80"\n'
    pipeline = Pipeline.parse(ours)
    assert pipeline.temperature == Temperature(hot=Condition("score >= 80"))
    assert Pipeline.parse(pipeline.to_toml()) == pipeline
    # A pipeline that comes without keeps those of the store; one of its own replaces them.
    assert Pipeline.default().keeping_criteria(pipeline).temperature == pipeline.temperature
    usual = Pipeline.parse(text + '[temperature]\nhot = "need and budget and timing"\n')
    assert usual.keeping_criteria(pipeline).temperature == Temperature()


def test_a_pipeline_without_a_rule_of_fit_keeps_the_one_before() -> None:
    text = Pipeline.default().to_toml()
    pipeline = Pipeline.parse(text + """[fit]\nrule = 'industry == "food"'\n""")
    assert pipeline.fit == Condition('industry == "food"')
    assert Pipeline.parse(pipeline.to_toml()) == pipeline
    assert Pipeline.default().fit is None
    assert Pipeline.default().keeping_criteria(pipeline).fit == pipeline.fit
    other = Pipeline.parse(text + '[fit]\nrule = "need"\n')
    assert other.keeping_criteria(pipeline).fit == Condition("need")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ('hot = "need ="', "temperature.hot: at character"),
        ("hot = 'touch.kind in [\"call\"]'", "temperature.hot: touch.kind cannot stand here"),
        ('cold = "need"', "temperature.cold: no such key"),
        ("warm = 3", "temperature.warm: must be a text"),
        ("[fit]\nrule = 'size > 3'", "fit.rule: at character 1: size is not known"),
        ("[fit]\nrule = 'touch.kind == \"call\"'", "fit.rule: touch.kind cannot stand here"),
        ("[fit]\nif = 'need'", "fit.if: no such key"),
    ],
)
def test_a_rule_that_cannot_be_read_is_named_with_its_line(
    rule: str, message: str, tmp_path: Path
) -> None:
    text = f"{Pipeline.default().to_toml()}[temperature]\n{rule}\n"
    (tmp_path / "pipeline.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PipelineError, match=re.escape(message)) as raised:
        Pipeline.read(tmp_path / "pipeline.toml")
    assert f", line {len(text.splitlines())}: " in str(raised.value)
