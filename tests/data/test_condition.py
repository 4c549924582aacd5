"""Conditions: what is written is understood as in a sentence, and what is not is said."""

import ast
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.condition import (
    ERRORS,
    FIELDS,
    MOST_TEXT,
    Compared,
    Condition,
    ConditionError,
    Field,
    Flag,
    Joined,
    Not,
)

NEED, BUDGET = Flag(Field("flag", "need")), Flag(Field("flag", "budget"))
SCORE, KIND = Field("number", "score"), Field("touch", "touch.kind")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("need", NEED),
        (" need and\n  budget ", Joined("and", (NEED, BUDGET))),
        ("need or not budget", Joined("or", (NEED, Not(BUDGET)))),
        ("score >= 60", Compared(SCORE, ">=", (60.0,))),
        ("60 <= score", Compared(SCORE, ">=", (60.0,))),
        ("-1 < score", Compared(SCORE, ">", (-1.0,))),
        (
            "40 <= score < 60",
            Joined("and", (Compared(SCORE, ">=", (40.0,)), Compared(SCORE, "<", (60.0,)))),
        ),
        ('touch.kind in ["a", "b"]', Compared(KIND, "in", ("a", "b"))),
        ('touch.kind not in ("a",)', Compared(KIND, "not in", ("a",))),
        ('industry != "x"', Compared(Field("text", "industry"), "<>", ("x",))),
        ('column["Tỉnh"] == "Hà Nội"', Compared(Field("column", "Tỉnh"), "=", ("Hà Nội",))),
        ('column["n"] > 3', Compared(Field("column", "n"), ">", (3.0,))),
    ],
)
def test_what_is_written_is_understood(text: str, term: object) -> None:
    condition = Condition(text)
    assert condition.term == term
    assert Condition(condition.text) == condition


def test_it_says_what_it_asks_about() -> None:
    asked = Condition('need and not (score > 3 or touch.kind == "call")').fields
    assert asked == {Field("flag", "need"), SCORE, KIND}


@pytest.mark.parametrize(
    ("text", "key", "at", "told"),
    [
        ("  ", "empty", None, "must say something"),
        ("need and " * 60 + "need", "long", None, f"{MOST_TEXT} characters"),
        ("need and", "unread", 9, "cannot be read"),
        ("score = 60", "equals", None, "write == to compare"),
        (
            "need and bugdet",
            "meant",
            10,
            "at character 10: bugdet is not known; did you mean budget",
        ),
        ("xyzzy", "unknown", 1, "there are need, budget"),
        ("touch.xyzzy > 3", "unknown", 1, "touch.xyzzy is not known"),
        ("lead.need", "unknown", 1, "lead.need is not known"),
        ("column[3] == 3", "unknown", 1, "is not known"),
        ("score", "no_flag", 1, "score is no yes or no: compare it, such as score >= 60"),
        ("need == True", "flag", 1, "need is a yes or no: write need or not need"),
        ("need == 'yes'", "flag", 1, "write need or not need"),
        ("score is 3", "sign", 1, "compare with =="),
        ('industry in "food"', "list", 13, "after in comes a list"),
        ("industry in []", "list", 13, "after in comes a list"),
        ('industry > "food"', "order", 1, "industry is a text, which > does not order"),
        ('score >= "60"', "number", 10, "'60' is not a number, which score"),
        ("score >= True", "number", 10, "True is not a number"),
        ("score >= 1e999", "number", 10, "is not a number"),
        ("industry == 3", "text", 13, "3 is not a text in quotes"),
        ('column["n"] in [1, "a"]', "mixed", 16, "not both"),
        ('column["n"] == None', "value", 16, "neither a number nor a text"),
        ("len(source) > 3", "unknown", 1, "len(source) is not known"),
        ("__import__('os').system('true')", "no_term", 1, "cannot stand here"),
        ("need if budget else timing", "no_term", 1, "cannot stand here"),
        ("lambda: need", "no_term", 1, "cannot stand here"),
        ("[need for need in source]", "no_term", 1, "cannot stand here"),
        ("(need := budget)", "no_term", 2, "cannot stand here"),
        ("need + budget", "no_term", 1, "cannot stand here"),
        ("need; budget", "unread", 5, "cannot be read"),
        ("score > source", "number", 9, "source is not a number"),
        ("(" * 230 + "need" + ")" * 230, "unread", None, "cannot be read"),
        ("\0", "unread", None, "cannot be read"),
        ("-" * 450 + "1 > score", "deep", None, "nested as deep"),
        (r"source == '\ud800'", "text", 11, "is not a text"),
        (r"column['\ud800'] == 'x'", "unknown", 1, "is not known"),
    ],
)
def test_what_is_not_understood_is_said_with_its_place(
    text: str, key: str, at: int | None, told: str
) -> None:
    with pytest.raises(ConditionError, match=re.escape(told)) as refused:
        Condition(text)
    error = refused.value
    assert error.key == key
    if at is not None:
        assert error.at == at
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_every_error_can_come_about() -> None:
    marks = test_what_is_not_understood_is_said_with_its_place.pytestmark  # type: ignore[attr-defined]
    (cases,) = (mark.args[1] for mark in marks if mark.name == "parametrize")
    assert {case[1] for case in cases} == set(ERRORS)


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            [
                *FIELDS,
                "and",
                "or",
                "not",
                "(",
                ")",
                "[",
                "]",
                ",",
                "==",
                ">=",
                "in",
                "3",
                "'x'",
                "column",
            ]
        ),
        max_size=12,
    ).map(" ".join)
)
def test_any_text_is_a_condition_or_is_refused(text: str) -> None:
    try:
        condition = Condition(text)
    except ConditionError:
        return
    assert condition.fields
    # Nothing of Python but these has been let through.
    kept = (ast.Expression, ast.BoolOp, ast.UnaryOp, ast.Compare, ast.Name, ast.Attribute,
            ast.Subscript, ast.Constant, ast.List, ast.Tuple, ast.Set, ast.boolop, ast.unaryop,
            ast.cmpop, ast.expr_context)  # fmt: skip
    read = ast.parse(condition.text.replace("\n", " "), mode="eval")
    assert all(isinstance(node, kept) for node in ast.walk(read))
