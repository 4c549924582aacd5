"""A list that is too long to hand over whole: counted, read page by page, taken away in pieces."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from analytics.asked import Asked
from analytics.scope import parts_of
from data.sight import Sight

_ORDER = "\norder by "
_SELECT = "\n)\nselect"
_LIMIT = "\nlimit $most_rows offset $first_row"
_WHOLE_NUMBER = 8  # digits of a phone number, without what stands before them


def _as_they_are(rows: pd.DataFrame) -> pd.DataFrame:
    return rows


@dataclass(frozen=True)
class Listing:
    """The rows of a question in its order, as far as they fulfil the conditions.

    The store counts, filters, sorts and cuts; no more rows than are asked for come out of it. None
    come out where single leads are not told of: NotShown is raised.

    asked: the question of all rows. Its SQL ends with a total order by columns of its own.
    finish: makes the columns of the answer of those of the SQL, row by row.
    conditions: SQL on those columns of the SQL; `values`: what they bind, by name.
    order: a total order by columns of the SQL, instead of that of the question.
    counted: the CTE of the question that has a row for each of its rows, its lead's number and what
        the order needs beside columns of the lead, where there is one. As long as there are no
        conditions and no other order, rows are counted and cut there, before anything else is
        looked up for them.
    """

    asked: Asked
    finish: Callable[[pd.DataFrame], pd.DataFrame] = _as_they_are
    conditions: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    order: str | None = None
    counted: str | None = None

    def where(self, condition: str, **values: Any) -> "Listing":
        """The rows of these that fulfil one more condition."""
        return replace(
            self, conditions=(*self.conditions, condition), values={**self.values, **values}
        )

    def ordered(self, order: str) -> "Listing":
        """The same rows in another order, a total one."""
        return replace(self, order=order)

    def containing(self, text: str, *columns: str, phones: Collection[str] = ()) -> "Listing":
        """The rows of these with a text in one of the columns, whatever its case and accents.

        In columns of `phones` digits alone are compared, and a Vietnamese number is found with its
        country's code as without.
        """
        if not text.strip():
            return self
        # Of a mark alone nothing would be left, which every text contains.
        is_text = f"{_bare('$sought')} <> ''"
        found = [
            f"{is_text} and contains({_bare(column)}, {_bare('$sought')})" for column in columns
        ]
        numbers = _phone_numbers(text)
        if not numbers:
            return self.where(f"({' or '.join(found)})", sought=text.strip())
        digits = "regexp_replace({column}, '[^0-9]', '', 'g')"
        found += [
            f"list_bool_or(list_transform($sought_numbers, "
            f"lambda number: contains({digits.format(column=column)}, number)))"
            for column in phones
        ]
        return self.where(f"({' or '.join(found)})", sought=text.strip(), sought_numbers=numbers)

    @property
    def key(self) -> str:
        """What decides the rows beside the generation: equal listings have equal keys."""
        asked = self.asked
        decided = (
            asked.scope.view,
            asked.file,
            sorted(asked.parameters.items()),
            self.conditions,
            sorted(self.values.items()),
            self.order,
        )
        return repr(decided)

    def count(self) -> int:
        """How many rows there are."""
        if self.counted is None or self.conditions:
            rows = self._query("select count(*) as n from listed")
        else:
            # What is made only for the columns of the rows is not made.
            made = self._question.rpartition(_SELECT)[0].partition("\nwith ")[2]
            rows = self._run(f"with {made}\n)\nselect count(*) as n from {self.counted}")
        return int(rows["n"].iloc[0])

    def page(self, first: int, most: int) -> pd.DataFrame:
        """Up to `most` rows from the `first` on, counted from 0."""
        self._sight.require_leads()
        bound = {"most_rows": most, "first_row": first}
        if self.counted is not None and not self.conditions and self.order is None:
            return self._finished(self._run(self._cut, **bound))
        return self._finished(self._query(f"{self._in_order}{_LIMIT}", **bound))

    @property
    def rows(self) -> pd.DataFrame:
        """All of the rows, for an answer that is handed over whole."""
        self._sight.require_leads()
        if not self.conditions and self.order is None:
            return self.finish(self.asked.rows())
        return self._finished(self._query(self._in_order))

    def pieces(self) -> Iterator[pd.DataFrame]:
        """All of the rows, some thousands at a time; one piece without rows when there are none."""
        self._sight.require_leads()
        with self.asked.scope.generation.session() as session:
            for piece in session.pieces(f"{self._listed}\n{self._in_order}", self._bound):
                yield self._finished(piece)

    def summed(self, question: str, **parameters: Any) -> pd.DataFrame:
        """The rows of a question about these, named as in `Scope.ask`; it selects from `listed`."""
        header, query = parts_of(question)
        return self._run(f"{header}\n{self._listed},\n{query}", **parameters)

    def _finished(self, rows: pd.DataFrame) -> pd.DataFrame:
        return self.finish(self.asked.scope.with_segments(rows))

    def _query(self, select: str, **parameters: Any) -> pd.DataFrame:
        return self._run(f"{self._listed}\n{select}", **parameters)

    def _run(self, text: str, **parameters: Any) -> pd.DataFrame:
        return self.asked.scope.generation.query(text, self._bound | parameters)

    @property
    def _sight(self) -> Sight:
        return self.asked.scope.generation.sight

    @property
    def _bound(self) -> dict[str, Any]:
        return {**self.asked.scope.parameters, **self.asked.parameters, **self.values}

    @property
    def _cut(self) -> str:
        """The question of one page: the CTE that is counted has no more rows than the page.

        It knows its leads by number; what they are ordered by may stand on their own rows.
        """
        before, start, after = self._question.partition(f"\n{self.counted} as (\n")
        cte, end, rest = after.partition("\n)")
        order = self._question.rpartition(_ORDER)[2]
        cut = (
            f"    select made.* from (\n{cte}\n    ) as made\n"
            "    join leads on leads.lead_number = made.lead_number\n"
            f"    order by {order}{_LIMIT}"
        )
        return f"{before}{start}{cut}{end}{rest}"

    @property
    def _in_order(self) -> str:
        order = self.order or self._question.rpartition(_ORDER)[2]
        return f"select * from listed{_ORDER}{order}"

    @property
    def _question(self) -> str:
        return self.asked.text.rstrip()

    @property
    def _listed(self) -> str:
        """The CTE of the rows that fulfil the conditions, in no order."""
        rows = self._question.rpartition(_ORDER)[0].replace("\n", "\n        ")
        where = "".join(
            f"\n    {'and' if number else 'where'} {condition}"
            for number, condition in enumerate(self.conditions)
        )
        return f"with listed as (\n    select * from (\n        {rows}\n    ){where}\n)"


def _bare(text: str) -> str:
    """The SQL of a text without case and accents; to Unicode the đ is a letter without any."""
    return f"replace(strip_accents(lower({text})), 'đ', 'd')"


def _phone_numbers(text: str) -> list[str]:
    """The digits of what may be a part of a phone number, in each way to write them; else none."""
    if not re.fullmatch(r"[\d\s().+/-]+", text):
        return []
    digits = re.sub(r"\D", "", text)
    number = re.sub(r"^((00)?84|0)", "", digits)
    if len(number) >= _WHOLE_NUMBER:
        return [number]  # with 0 or 84 before it, or neither where a spreadsheet took the 0 away
    if digits.startswith("0") and len(digits) > 1:
        return [digits, "84" + digits[1:]]
    if digits.startswith("84") and len(digits) > 2:
        return [digits, "0" + digits[2:]]
    return [digits] if digits else []
