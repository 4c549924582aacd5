"""A condition: what a criterion asks of a lead, such as `need and score >= 60`.

It is written in a small part of Python's own grammar, which nothing ever runs: each piece that is
found has to be one of those below, and becomes a term of three values. A lead meets a condition,
does not meet it, or what it asks for is not known of the lead.
"""

import ast
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Literal

MOST_TEXT = 500
"""Characters of a condition."""

FLAGS = ("need", "budget", "authority", "timing", "has_email", "has_phone")
NUMBERS = ("score",)
TEXTS = (
    "source", "channel", "campaign", "owner", "team", "region", "industry", "company_size",
    "consent", "call_outcome",
)  # fmt: skip
TOUCHED = ("touch.kind", "touch.source", "touch.channel", "touch.campaign")
"""What of a lead's touches, up to the moment that is judged, one has to have."""
FIELDS = (*FLAGS, *NUMBERS, *TEXTS, *TOUCHED)

Kind = Literal["flag", "number", "text", "touch", "column"]
Sign = Literal["=", "<>", "<", "<=", ">", ">=", "in", "not in"]

_SIGNS: dict[type[ast.cmpop], Sign] = {
    ast.Eq: "=",
    ast.NotEq: "<>",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_ORDERS = ("<", "<=", ">", ">=")
_EXAMPLE = "need and score >= 60"

ERRORS = {
    "empty": "a test must say something, such as {example}",
    "long": "a test has {most} characters at the most",
    "deep": "a test cannot be nested as deep as that",
    "unread": "this cannot be read; write such as {example}",
    "equals": "write == to compare, and not =",
    "no_term": "{said} cannot stand here; write such as {example}",
    "no_flag": "{said} is no yes or no: compare it, such as {example}",
    "flag": "{said} is a yes or no: write {said} or not {said}",
    "sign": "compare with ==, !=, <, <=, >, >=, in or not in",
    "list": "after {sign} comes a list, such as {example}",
    "mixed": "a list has numbers or texts, not both",
    "order": "{said} is a text, which {sign} does not order",
    "number": "{said} is not a number, which {field} is compared with",
    "text": "{said} is not a text in quotes, which {field} is compared with",
    "value": "{said} is neither a number nor a text in quotes",
    "meant": "{said} is not known; did you mean {near}?",
    "unknown": (
        '{said} is not known; there are {fields}, and column["its name"] for a further column of '
        "your files"
    ),
}
"""What can be wrong with a condition; screens translate it."""


class ConditionError(ValueError):
    """A text that is no condition; the message says what of it, and what to write.

    key: of `ERRORS`; values: what fills its sentence; at: the character from 1, None of the whole.
    """

    def __init__(self, key: str, at: int | None = None, **values: Any) -> None:
        place = "" if at is None else f"at character {at}: "
        super().__init__(place + ERRORS[key].format(**values))
        self.key, self.at, self.values = key, at, values

    def __reduce__(self) -> tuple[Callable[..., "ConditionError"], tuple[Any, ...]]:
        return _again, (self.key, self.at, self.values)


def _again(key: str, at: int | None, values: dict[str, Any]) -> ConditionError:
    return ConditionError(key, at, **values)


@dataclass(frozen=True)
class Field:
    """What is known of a lead under a name; of kind `column` it is a further column of the file."""

    kind: Kind
    name: str


@dataclass(frozen=True)
class Flag:
    """A yes or no of the lead."""

    field: Field


@dataclass(frozen=True)
class Compared:
    """A field against values: one of them, unless the sign is `in` or `not in`."""

    field: Field
    sign: Sign
    values: tuple[str, ...] | tuple[float, ...]


@dataclass(frozen=True)
class Not:
    """What is met where the other is not."""

    term: "Term"


@dataclass(frozen=True)
class Joined:
    """Terms all of which (`and`) or one of which (`or`) has to be met."""

    word: Literal["and", "or"]
    terms: tuple["Term", ...]


Term = Flag | Compared | Not | Joined


@dataclass(frozen=True)
class Condition:
    """A condition as it is written.

    Raises:
        ConditionError: it cannot be read.
    """

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.strip())
        _ = self.term

    def __str__(self) -> str:
        return self.text

    @cached_property
    def term(self) -> Term:
        """What it asks, as a tree."""
        if not self.text:
            raise ConditionError("empty", example=_EXAMPLE)
        if len(self.text) > MOST_TEXT:
            raise ConditionError("long", most=MOST_TEXT)
        try:
            # In one line, so that a place in it is a number alone.
            return _term(ast.parse(self.text.replace("\n", " "), mode="eval").body)
        except ConditionError:
            raise
        except SyntaxError as error:
            raise _unread(self.text, error) from error
        except (ValueError, MemoryError, RecursionError) as error:
            raise ConditionError("deep") from error

    @property
    def fields(self) -> frozenset[Field]:
        """What it asks about."""
        return frozenset(_fields(self.term))


def _fields(term: Term) -> Iterator[Field]:
    match term:
        case Joined(_, terms):
            for each in terms:
                yield from _fields(each)
        case Not(inner):
            yield from _fields(inner)
        case Flag(field) | Compared(field, _, _):
            yield field


def _term(node: ast.expr) -> Term:
    match node:
        case ast.BoolOp(op, values):
            return Joined(
                "and" if isinstance(op, ast.And) else "or", tuple(_term(value) for value in values)
            )
        case ast.UnaryOp(ast.Not(), operand):
            return Not(_term(operand))
        case ast.Compare():
            return _compared(node)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            field = _field(node)
            if field.kind != "flag":
                raise _error(node, "no_flag", example=_example(field))
            return Flag(field)
    raise _error(node, "no_term", example=_EXAMPLE)


def _compared(node: ast.Compare) -> Term:
    """A comparison, or several in a row, as in `40 <= score < 60`."""
    sides = [node.left, *node.comparators]
    terms = [
        _pair(left, _sign(node, op), right)
        for left, op, right in zip(sides, node.ops, sides[1:], strict=False)
    ]
    return terms[0] if len(terms) == 1 else Joined("and", tuple(terms))


def _sign(node: ast.expr, op: ast.cmpop) -> Sign:
    sign = _SIGNS.get(type(op))
    if sign is None:
        raise _error(node, "sign")
    return sign


def _pair(left: ast.expr, sign: Sign, right: ast.expr) -> Compared:
    if isinstance(left, ast.Constant | ast.UnaryOp) and sign in (*_ORDERS, "=", "<>"):
        turned: dict[str, Sign] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
        left, sign, right = right, turned.get(sign, sign), left
    field = _field(left)
    if field.kind == "flag":
        raise _error(left, "flag")
    if sign in ("in", "not in"):
        if not isinstance(right, ast.List | ast.Tuple | ast.Set) or not right.elts:
            raise _error(right, "list", sign=sign, example=_example(field))
        values = [_value(field, each) for each in right.elts]
    else:
        values = [_value(field, right)]
    if sign in _ORDERS and not isinstance(values[0], float):
        raise _error(left, "order", sign=sign)
    if len({type(value) for value in values}) > 1:
        raise _error(right, "mixed")
    return Compared(field, sign, tuple(values))  # type: ignore[arg-type]  # of one type, as seen


def _field(node: ast.expr) -> Field:
    match node:
        case ast.Name(name) | ast.Attribute(ast.Name("touch"), name):
            name = name if isinstance(node, ast.Name) else f"touch.{name}"
            kinds: tuple[tuple[Kind, tuple[str, ...]], ...] = (
                ("flag", FLAGS),
                ("number", NUMBERS),
                ("text", TEXTS),
                ("touch", TOUCHED),
            )
            for kind, names in kinds:
                if name in names:
                    return Field(kind, name)
            near = get_close_matches(name, FIELDS, 1)
            if near:
                raise _error(node, "meant", near=near[0])
        case ast.Subscript(ast.Name("column"), ast.Constant(str() as name)) if name and _is_whole(
            name
        ):
            return Field("column", name)
    raise _error(node, "unknown", fields=", ".join(FIELDS))


def _value(field: Field, node: ast.expr) -> str | float:
    found: object = None
    match node:
        case ast.Constant(value) if not isinstance(value, bool):
            found = value
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)):
            found = -value
    if isinstance(found, int | float) and field.kind in ("number", "column"):
        with_point = float(found) if abs(found) < 1e300 else math.inf
        if math.isfinite(with_point):
            return with_point
    if isinstance(found, str) and field.kind != "number" and _is_whole(found):
        return found
    key = {"number": "number", "column": "value"}.get(field.kind, "text")
    raise _error(node, key, field=field.name)


def _is_whole(text: str) -> bool:
    """Whether no store refuses the text for a half of a character, as an escape can write one."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _example(field: Field) -> str:
    match field.kind:
        case "number":
            return f"{field.name} >= 60"
        case "column":
            return f'column["{field.name}"] in ["one", "another"]'
        case _:
            return f'{field.name} in ["one", "another"]'


def _said(node: ast.expr) -> str:
    """A piece as it is written, cut short."""
    text = ast.unparse(node)
    return text if len(text) <= 40 else text[:39] + "…"


def _error(node: ast.expr, key: str, **values: Any) -> ConditionError:
    return ConditionError(key, node.col_offset + 1, said=_said(node), **values)


def _unread(text: str, error: SyntaxError) -> ConditionError:
    at = error.offset or len(text) + 1  # what is not whole ends there
    if re.search(r"(?<![=!<>])=(?!=)", text):
        return ConditionError("equals", at)
    return ConditionError("unread", at, example=_EXAMPLE)
