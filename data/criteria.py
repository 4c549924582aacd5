"""The criteria of a store: what its stages mean is agreed on anew, and nothing else changes."""

from collections.abc import Sequence
from dataclasses import replace

from data.criterion import Criterion
from data.draft import writing
from data.errors import StoreEmpty, StoreError
from data.layout import Layout
from data.pipeline import Pipeline, PipelineError
from data.store import Generation, Store


class CriteriaChanged(StoreError):
    """Somebody else has changed the criteria of the stage since they were read."""


def agree(
    store: Store, stage: str, criteria: Sequence[Criterion], *, seen: Pipeline, wait: float = 600
) -> Generation:
    """Makes a generation in which a stage has these criteria; the one before keeps its own.

    seen: the pipeline that they were written from, so that nobody's are lost.

    Raises:
        PipelineError: they cannot follow one another, or there is no such stage.
        CriteriaChanged: the stage has others by now than were seen.
        StoreError: the store is not in order, holds nothing, or another load did not end in time.
    """
    changed = with_criteria(seen, stage, criteria)
    with writing(store, wait=wait) as draft:
        before = draft.previous
        if before is None:
            raise StoreEmpty(f"There is no data in {store.root} yet: load a file, or the sample.")
        if criteria_in(before.pipeline, stage) != criteria_in(seen, stage):
            raise CriteriaChanged(
                f"The criteria of {stage} were changed meanwhile: read them again."
            )
        draft.become_copy("whole")
        draft.pipeline = with_criteria(before.pipeline, stage, criteria_in(changed, stage))
        draft.sample, draft.appended = before.sample, before.appended
        as_before = Layout(before.dimensions, before.grouped, {}, {})
        return draft.publish(derived=lambda _progress: as_before)


def with_criteria(pipeline: Pipeline, stage: str, criteria: Sequence[Criterion]) -> Pipeline:
    """The pipeline with these criteria of a stage. Raises PipelineError."""
    if stage not in pipeline.slugs:
        raise PipelineError(f"There is no stage {stage!r}; there are {', '.join(pipeline.slugs)}.")
    changed = replace(
        pipeline,
        stages=tuple(
            replace(each, criteria=tuple(criteria)) if each.slug == stage else each
            for each in pipeline.stages
        ),
    )
    return Pipeline.parse(changed.to_toml())


def criteria_in(pipeline: Pipeline, stage: str) -> tuple[Criterion, ...]:
    """The criteria of a stage in a pipeline; none where it has no such stage."""
    return next((each.criteria for each in pipeline.stages if each.slug == stage), ())
