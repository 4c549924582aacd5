"""The vocabulary: what a generation can be asked about, and a view made to fit it."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import pandas as pd

from analytics.view.parameters import ABOUT_THE_READER
from analytics.view.reading import Dropped
from analytics.view.scenario import Scenario
from analytics.view.view import NOT, Value, View
from data.dimensions import LINK_PARAMETERS
from data.errors import StoreGone
from data.layout import EXTRA_DIMENSION_VALUES, JUDGED, OTHER_VALUES
from data.quoting import quoted
from data.sight import WHOLE, Sight
from data.store import Generation, Store

_MOST_OFFERED = 50
"""So many values are named at the most where one is not understood."""


@lru_cache(maxsize=512)
def values(generation: Generation, dimension: str) -> tuple[tuple[str | None, int], ...]:
    """The values of a dimension in a generation with their leads, most leads first.

    None is the missing value. Kept, as a generation never changes.

    Raises:
        KeyError: when the generation has no such dimension.
    """
    if dimension not in generation.dimensions:
        raise KeyError(dimension)
    counts = generation.query(
        f"select {quoted(dimension)} as value, count(*) as leads from reaches where stage_rank = 0 "
        "group by all order by leads desc, value nulls last"
    )
    return tuple(
        (value if isinstance(value, str) else None, int(leads))
        for value, leads in counts.itertuples(index=False)
    )


MOST_NAMED = EXTRA_DIMENSION_VALUES
"""The values of a dimension that a breakdown names: those that most leads have."""


_SHORT = frozenset((*JUDGED, "temperature"))  # those that Pheu fills itself: it need not be asked


@lru_cache(maxsize=512)
def largest(generation: Generation, dimension: str) -> tuple[str, ...] | None:
    """The values of a dimension that a breakdown names, where it does not name all; else None.

    Of a dimension with more than MOST_NAMED values those that most leads have, of equals by the
    alphabet; the others go together as OTHER_VALUES. Kept, as a generation never changes.

    Raises:
        KeyError: when the generation has no such dimension.
    """
    if dimension in _SHORT:
        return None
    known = [
        value
        for value, _leads in values(generation, dimension)
        if value not in (None, OTHER_VALUES)
    ]
    return tuple(known[:MOST_NAMED]) if len(known) > MOST_NAMED else None


def named(view: View, generation: Generation, dimension: str) -> tuple[str, ...] | None:
    """The values that a breakdown by a dimension names, where others go together; else None.

    They are the largest of all of the data, so that no filter and no period gives a value to
    others, and those that the view asks for by name.

    Source:
        docs/counting.md, "Dimensions with very many values".
    """
    if dimension not in generation.dimensions:
        return None
    known = largest(generation, dimension)
    asked = view.values(dimension)
    if known is None or OTHER_VALUES in asked:
        return known
    return tuple(dict.fromkeys([*known, *(value for value in asked if value is not None)]))


def keeps(view: View, generation: Generation, dimension: str, value: Value) -> bool:
    """Whether the filters of a view let in the leads that have a value of a dimension."""
    known = named(view, generation, dimension)
    is_other = known is not None and value is not None and value not in known

    def has(values: Collection[Value]) -> bool:
        return value in values or (is_other and OTHER_VALUES in values)

    wanted = view.values(dimension)
    return (not wanted or has(wanted)) and not has(view.excluded_values(dimension))


@lru_cache(maxsize=64)
def last_entry(generation: Generation) -> datetime:
    """When the last lead of a generation entered, naive UTC; kept, as it never changes."""
    found = generation.query("select max(reached_at) as last from reaches where stage_rank = 0")
    last = found["last"].iat[0]
    return generation.last_event if pd.isna(last) else pd.Timestamp(last).to_pydatetime()


def opened(
    view: View, store: Store, sight: Sight = WHOLE
) -> tuple[Generation, View, tuple[Dropped, ...]]:
    """The generation a view names, and the view made to fit it, and what it had to lose.

    sight: how much of the generation is seen.

    Raises:
        StoreEmpty: when there is no generation at all.
        StoreGone: when the one that the view names is not there: no other is shown in its place.
    """
    try:
        generation = store.generation(view.data, view.data_id)
    except StoreGone as error:
        store.generation()  # without any data that is what has to be said
        raise StoreGone(
            f"{error} The link is frozen, and other data would give other numbers. To ask the "
            "current data, write data=current in it."
        ) from error
    generation = generation.seen(sight)
    fitting, dropped = fitted(view, generation)
    return generation, fitting, dropped


def fitted(view: View, generation: Generation) -> tuple[View, tuple[Dropped, ...]]:
    """The view without the dimensions and stages that a generation does not have, and these.

    A value that no lead has stays in a filter, where it counts as zero: see `absent`. Of what is
    left out it is not understood: leaving nothing out would count more than was asked for.
    Its level is that of `level_of`, which is no loss worth reporting.
    """
    dropped: list[Dropped] = []
    view = replace(view, level=level_of(view, generation))
    filters = tuple(_known_filters(view, generation, dropped))
    excluded = tuple(_known_exclusions(view, generation, dropped))
    by = view.by
    if by is not None and by not in generation.dimensions:
        dropped.append(Dropped("by", by, (*generation.dimensions, "none")))
        by = None
    stage = view.stage
    steps = [step.slug for step in generation.pipeline.steps(view.level)]
    if stage is not None and stage not in steps:
        dropped.append(Dropped("stage", stage, (*steps, "none")))
        stage = None
    scenario = _known_scenario(view.scenario, generation, dropped)
    fitting = replace(
        view, filters=filters, excluded=excluded, by=by, stage=stage, scenario=scenario
    )
    return fitting, tuple(dropped)


def absent(view: View, generation: Generation) -> tuple[tuple[str, Value], ...]:
    """The dimensions and values that a view is filtered to and no lead of a generation has.

    None is the missing value, where every lead has one.
    """
    return tuple(
        (dimension, value)
        for dimension, wanted in view.filters
        if dimension in generation.dimensions
        for value in wanted
        if not _is_there(generation, dimension, value)
    )


def _is_there(generation: Generation, dimension: str, value: Value) -> bool:
    """Whether any lead has a value, or is of those that go together as OTHER_VALUES."""
    if value == OTHER_VALUES and largest(generation, dimension) is not None:
        return True
    return value in {known for known, _leads in values(generation, dimension)}


def level_of(view: View, generation: Generation) -> str:
    """The level of the view, or stages of a pipeline of one group: one step leads nowhere."""
    return view.level if len(generation.pipeline.steps(view.level)) > 1 else "stage"


def _known_scenario(scenario: Scenario, generation: Generation, dropped: list[Dropped]) -> Scenario:
    """The scenario without the stages and sources that a generation does not have."""
    if scenario == Scenario():
        return scenario
    # From the last stage no lead moves on.
    stages = generation.pipeline.slugs[:-1]
    sources = {value for value, _ in values(generation, "source")}
    if largest(generation, "source") is not None:
        sources.add(OTHER_VALUES)
    fields: dict[str, Any] = {}
    for name, known in (
        ("targets", stages),
        ("rates", stages),
        ("cuts", stages),
        ("volumes", sources),
    ):
        numbers = getattr(scenario, name)
        fields[name] = tuple(pair for pair in numbers if pair[0] in known)
        parameter = "targets" if name == "targets" else "scenario"
        # Whatever the factor, a source without leads brings none.
        harmless = name == "volumes"
        dropped += [
            Dropped(parameter, slug, () if harmless else tuple(stages), is_harmless=harmless)
            for slug, _ in numbers
            if slug not in known
        ]
    return replace(scenario, **fields)


def _known_filters(
    view: View, generation: Generation, dropped: list[Dropped]
) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    for dimension, wanted in view.filters:
        if dimension in generation.dimensions:
            yield dimension, wanted
            continue
        text = ", ".join(value or "~" for value in wanted)
        dropped.append(
            Dropped(dimension, text, is_harmless=True)
            if dimension in ABOUT_THE_READER
            else Dropped(dimension, text, (*sorted(LINK_PARAMETERS), *generation.dimensions))
        )


def _known_exclusions(
    view: View, generation: Generation, dropped: list[Dropped]
) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    """What is left out and some lead has, or the missing value, which any lead may have."""
    for dimension, unwanted in view.excluded:
        if dimension not in generation.dimensions:
            text = ", ".join(value or "~" for value in unwanted)
            allowed = (*sorted(LINK_PARAMETERS), *generation.dimensions)
            dropped.append(Dropped(dimension + NOT, text, allowed))
            continue
        there = {value for value, _leads in values(generation, dimension)} | {None}
        named = tuple(sorted(value for value in there if value is not None))[:_MOST_OFFERED]
        if largest(generation, dimension) is not None:
            there.add(OTHER_VALUES)
        dropped += [
            Dropped(dimension + NOT, value, named)
            for value in unwanted
            if value is not None and value not in there
        ]
        if known := tuple(value for value in unwanted if value in there):
            yield dimension, known
