"""The plan: what is about to be loaded, and all that was said of it, for as long as it takes.

It is kept by the session and not by widgets: those that are not drawn forget what they were told.
"""

from dataclasses import dataclass, field, replace
from glob import escape
from pathlib import Path

from data.errors import StoreError
from data.files.preview import Preview
from data.load.survey import Survey
from data.load.trial import Trial
from data.mapping.fields import FIELDS, REQUIRED
from data.mapping.mapping import FileMapping, Mapping, StageColumn
from data.mapping.proposal import Proposal, propose, propose_all
from data.mapping.statuses import Suggestion, suggest_channel, suggest_stage
from data.pipeline import Pipeline
from ui.data.wizard.shelf import Shelf

KEEP, IGNORE, STAGE, AS_PROPOSED = "", "-", "stage:", "as-proposed"
"""What a column can be beside a field: kept to filter by, left out, the date of a stage (with its
slug after it), or what the proposal says of it, where that is more than one of these."""

OF_LEADS = ("leads", "stage_columns")
"""One row a lead. It is the latter where a column is the date of a stage."""


@dataclass
class PlannedFile:
    """One file: where it is, what it looks like, and what its columns and values mean."""

    path: Path
    top: Preview | None = None
    """None while it has not been looked at, and where that went wrong."""
    error: StoreError | None = None
    sheet: str | None = None
    """Of a workbook: the one that was chosen; None for the first, and those of its shape."""
    header: int | None = None
    """The line that was said to be that of the header; None for the one that was found."""
    found_header: int | None = None
    """The line that was found to be."""
    together: tuple[str, ...] = ()
    """Of a workbook: the sheets that are read as one table where none was chosen."""
    proposal: Proposal | None = None
    kind: str = "leads"
    meanings: dict[str, str] = field(default_factory=dict)
    """Header to what it means: a field, or one of the words above."""
    order: str | None = None
    identity: tuple[tuple[str, ...], ...] = ()
    """Of leads without a column of ids: the headers that tell them apart, group by group."""
    values: dict[str, str] = field(default_factory=dict)
    """Status to the slug that it means, once that is settled; KEEP leaves it as it is."""
    settled: set[str] = field(default_factory=set)
    """The statuses of which the reader has said what they mean."""
    survey: Survey | None = None
    is_corrected: bool = False
    """Whether the reader has said anything of it, which no later proposal may undo."""

    @property
    def name(self) -> str:
        """What the reader calls it."""
        return self.path.name

    def understand(self, proposal: Proposal) -> None:
        """Takes the file for what is proposed; what was said of it before is forgotten."""
        assert self.top is not None
        entry = proposal.entry
        self.proposal = proposal
        self.kind = "leads" if entry.table in OF_LEADS else entry.table
        self.meanings = {header: _meaning(entry, header) for header in self.top.headers}
        self.order = entry.day_month_order
        self.identity = entry.identity
        self.values, self.settled = {}, set()

    def learn(self, found: Survey, pipeline: Pipeline) -> None:
        """Knows all values now: what they are taken for follows from all of them."""
        assert self.top is not None
        assert self.proposal is not None
        self.survey = found
        again = propose(self.top, pipeline, values=found.values)
        if again.entry.columns.get("stage") == self.proposal.entry.columns.get("stage"):
            entry = replace(self.proposal.entry, values=again.entry.values)
            self.proposal = replace(self.proposal, entry=entry, questions=again.questions)

    def fits(self, entry: FileMapping) -> bool:
        """Whether the file has every column that a mapping speaks of."""
        return self.top is not None and {*entry.headers_used()} <= {*self.top.headers}

    def be(self, kind: str) -> None:
        """Says what the rows are; columns keep their meaning where such rows have it."""
        self.kind, self.is_corrected = kind, True
        known = self.possible()
        for header, meaning in self.meanings.items():
            if meaning not in known and meaning not in (KEEP, IGNORE):
                self.meanings[header] = KEEP

    def mean(self, header: str, meaning: str) -> None:
        """Says what a column is; another one that was the same field is it no longer."""
        if not (meaning in (KEEP, IGNORE) or meaning.startswith(STAGE)):
            for other, known in self.meanings.items():
                if known == meaning:
                    self.meanings[other] = KEEP
        self.meanings[header] = meaning
        self.is_corrected = True

    def say(self, status: str, slug: str) -> None:
        """Says which stage or exit a status is; KEEP for none."""
        self.values[status] = slug
        self.settled.add(status)
        self.is_corrected = True

    def possible(self) -> tuple[str, ...]:
        """The fields that a column of such a file can be."""
        fields = dict.fromkeys(FIELDS["stage_columns" if self.kind == "leads" else self.kind])
        if self.kind == "leads":
            fields |= dict.fromkeys(FIELDS["leads"])
        return tuple(fields)

    def header_of(self, meaning: str) -> str | None:
        """The column that means this."""
        return next((header for header, known in self.meanings.items() if known == meaning), None)

    def missing(self) -> tuple[str, ...]:
        """The fields that such a file must have and this one has not."""
        said = {*self.meanings.values()}
        if "month" in said and self.kind == "spend":
            said.add("day")
        if self.identity and self.kind == "leads":
            said.add("lead_id")
        return tuple(name for name in REQUIRED[self.table] if name not in said)

    @property
    def table(self) -> str:
        """The kind of file, as a mapping calls it."""
        if self.kind not in OF_LEADS:
            return self.kind
        dated = any(
            known.startswith(STAGE) or known == AS_PROPOSED for known in self.meanings.values()
        )
        return "stage_columns" if dated else "leads"

    @property
    def statuses(self) -> tuple[tuple[str, int], ...]:
        """What stands in the column of the status, with the rows of each; most frequent first."""
        return self._values_of("stage")

    @property
    def sources(self) -> tuple[tuple[str, int], ...]:
        """What stands in the column of the source, likewise."""
        return self._values_of("source")

    def _values_of(self, field: str) -> tuple[tuple[str, int], ...]:
        header = self.header_of(field)
        if header is None or self.survey is None:
            return ()
        return tuple(self.survey.values.get(header, ()))

    @property
    def is_snapshot(self) -> bool:
        """Whether it says where leads are now, and not when they came there."""
        return self.table == "leads" and "stage" in self.meanings.values()

    def _says_no_stage(self) -> bool:
        """Whether all statuses of a list are left as they are: then they are to filter by."""
        return self.is_snapshot and bool(self.values) and not any(self.values.values())

    def entry(self, pipeline: Pipeline) -> FileMapping:
        """All of it as a mapping."""
        assert self.proposal is not None
        proposed = self.proposal.entry
        values = {name: table for name, table in proposed.values.items() if name != "stage"}
        left = self._says_no_stage()
        if self.values and self.header_of("stage") and not left:
            # A move needs a stage: one that is none of ours is kept by its own name.
            named = self.kind == "stage_history"
            values["stage"] = {
                status: slug or (status if named else "") for status, slug in self.values.items()
            }
        same = proposed.table == self.table or {proposed.table, self.table} <= {*OF_LEADS}
        return replace(
            proposed if same else FileMapping(self.table),
            table=self.table,
            match=escape(self.name),
            columns={
                known: header
                for header, known in self.meanings.items()
                if known not in (KEEP, IGNORE, AS_PROPOSED)
                and not known.startswith(STAGE)
                and not (left and known == "stage")
            },
            values=values,
            stages=self._stages(pipeline),
            ignore=tuple(header for header, known in self.meanings.items() if known == IGNORE),
            day_month_order=self.order,
            sheet=self.sheet,
            header=self.header,
            identity=self.identity
            if self.kind == "leads" and not self.header_of("lead_id")
            else (),
        )

    def _stages(self, pipeline: Pipeline) -> tuple[StageColumn, ...]:
        """The columns that date stages, as the pipeline orders these; those of one stage as one."""
        assert self.proposal is not None
        kept = {header for header, known in self.meanings.items() if known == AS_PROPOSED}
        found = [stage for stage in self.proposal.entry.stages if kept & {*stage.columns}]
        dated: dict[str, list[str]] = {}
        for header, known in self.meanings.items():
            if known.startswith(STAGE):
                dated.setdefault(known.removeprefix(STAGE), []).append(header)
        found += [
            StageColumn(slug, first, others=tuple(others))
            for slug, (first, *others) in dated.items()
        ]
        ranks = {slug: rank for rank, slug in enumerate((*pipeline.slugs, *pipeline.exit_slugs))}
        return tuple(sorted(found, key=lambda stage: ranks.get(stage.stage, len(ranks))))


def _meaning(entry: FileMapping, header: str) -> str:
    """What a mapping says of a column, in one word."""
    stages = [stage for stage in entry.stages if header in stage.columns]
    if len(stages) > 1 or any(stage.when for stage in stages):
        return AS_PROPOSED
    if stages:
        return STAGE + stages[0].stage
    for name, column in entry.columns.items():
        if column == header:
            return name
    return IGNORE if header in entry.ignore else KEEP


@dataclass
class Plan:
    """The files, and what holds for all of them."""

    usual: Pipeline
    """The pipeline that the store has."""
    zone: str
    is_added_to: bool = False
    """Whether the store has data of the company, to which more can be added."""
    files: list[PlannedFile] = field(default_factory=list)
    step: int = 0
    channels: dict[str, str] = field(default_factory=dict)
    """Source to the channel it was said to belong to, where that is another than suggested."""
    mode: str | None = None
    is_meant: bool = False
    """Whether the reader has said that no lead reaches a second step, and is right so."""
    offered: Pipeline | None = None
    """The stages that the files themselves have, where they are others."""
    has_chosen: bool = False
    """Whether the reader has said whose stages count."""
    other: Pipeline | None = None
    """Another pipeline that was chosen or made, and goes along with the files."""
    is_from_saved: bool = False
    """Whether a mapping that was saved before says what the files mean."""
    shelf: Shelf | None = None
    """Where the files are, once there are any."""
    trials: dict[str, Trial | StoreError] = field(default_factory=dict)
    """What would come of it, or what went wrong, by all that was said."""

    @property
    def pipeline(self) -> Pipeline:
        """The stages that are chosen from."""
        return self.other or self.usual

    @property
    def is_readable(self) -> bool:
        """Whether there are files, all of which can be read."""
        return bool(self.files) and all(file.top is not None for file in self.files)

    def missing(self) -> list[tuple[PlannedFile, str]]:
        """The fields that files must have and have not."""
        return [(file, name) for file in self.files for name in file.missing()]

    def understand(self) -> None:
        """Says what all files are together, but for those of which the reader has said it."""
        read = [file for file in self.files if file.top is not None]
        tops = [file.top for file in read if file.top is not None]
        proposals = propose_all(tops, self.pipeline)
        offered = next((each.pipeline for each in proposals if each.pipeline is not None), None)
        if offered is not None:
            self.offered = offered
        if offered is not None and not (self.other or self.has_chosen or self.is_added_to):
            self.other = offered
            proposals = propose_all(tops, self.pipeline)
        for file, proposal in zip(read, proposals, strict=True):
            if file.proposal is None or not file.is_corrected:
                file.understand(proposal)
                if file.survey is not None:
                    file.learn(file.survey, self.pipeline)

    def choose(self, pipeline: Pipeline | None) -> None:
        """Says whose stages count: others than the store's, or those."""
        self.other, self.has_chosen = pipeline, True
        self.understand()

    def follow(self, mapping: Mapping) -> None:
        """Takes over what a mapping says of files with these headers, whatever they were called."""
        for file in self.files:
            entry = next((each for each in mapping.files if file.fits(each)), None)
            if entry is None or file.proposal is None:
                continue
            file.understand(replace(file.proposal, entry=entry, certainty="certain", questions=()))
            file.values = dict(entry.values.get("stage", {}))
            file.settled, file.is_corrected = {*file.values}, True
        self.zone = mapping.time_zone or self.zone
        self.channels = dict(mapping.channels)
        if mapping.pipeline is not None:
            self.other = mapping.pipeline
        self.is_from_saved = True

    def suggested_stage(self, file: PlannedFile, status: str) -> Suggestion:
        """What a status is taken for as long as nobody says anything else."""
        assert file.proposal is not None
        meant = file.proposal.entry.values.get("stage", {}).get(status)
        if file.proposal.entry.columns.get("stage") != file.header_of("stage"):
            meant = None  # it was said of another column
        if meant not in (*self.pipeline.slugs, *self.pipeline.exit_slugs):
            return suggest_stage(status, self.pipeline)
        asked = {value for each in file.proposal.questions for value in each.values}
        return Suggestion(meant, "likely" if status in asked else "certain")

    def stage_of(self, file: PlannedFile, status: str) -> str:
        """The slug that a status means now; KEEP where it means none."""
        known = (*self.pipeline.slugs, *self.pipeline.exit_slugs)
        if file.values.get(status, KEEP) in known:
            return file.values[status]
        if status in file.settled:
            return KEEP
        return self.suggested_stage(file, status).slug or KEEP

    def settle(self) -> None:
        """Writes down what each status means, so that the mapping says what the screen shows."""
        for file in self.files:
            file.values = {status: self.stage_of(file, status) for status, _rows in file.statuses}

    def channel_of(self, source: str) -> str:
        """The channel that a source belongs to now; "" where its medium decides row by row."""
        if source in self.channels or self.has_medium:
            return self.channels.get(source, "")
        return suggest_channel(source).slug or "other"

    @property
    def has_medium(self) -> bool:
        """Whether a column says how a source was come by, which decides on its channel."""
        return any(file.header_of("medium") for file in self.files)

    def sort(self, source: str, channel: str) -> None:
        """Says which channel a source belongs to; "" for what its medium says."""
        if channel:
            self.channels[source] = channel
        else:
            self.channels.pop(source, None)

    def sources(self) -> list[tuple[str, int]]:
        """The sources of all files with the rows of each, most frequent first."""
        counts: dict[str, int] = {}
        for source, count in (each for file in self.files for each in file.sources):
            counts[source] = counts.get(source, 0) + count
        return sorted(counts.items(), key=lambda each: (-each[1], each[0]))

    def mapping(self) -> Mapping:
        """All that was said, as a mapping for the load and for the command line."""
        return Mapping(
            files=tuple(file.entry(self.pipeline) for file in self.files),
            time_zone=self.zone,
            pipeline=self.other,
            channels=dict(self.channels),
        )
