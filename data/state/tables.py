"""The tables of the state, as they are after every migration. Instants are UTC.

A change here needs a migration, which `tests/data/state` compares with what stands here.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class Instant(TypeDecorator[datetime]):
    """A point in time: aware in Python, on an engine that keeps no zone, too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant as it is kept."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The instant as it is read."""
        if value is None:
            return None
        found: datetime = value
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


metadata = MetaData()

shares = Table(
    "shares",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("owner", Text, nullable=False),  # '' where nobody signs in
    Column("created_at", Instant, nullable=False),
    Column("page", String(32), nullable=False),
    Column("link", JSON, nullable=False),  # the parameters of its view, in full
    Column("guest", String(16), nullable=False),  # what the guest may move
    Column("hides_filters", Boolean, nullable=False),
    Column("lists", Boolean, nullable=False),  # whether lists of leads may be opened
    Column("personal", Boolean, nullable=False),  # whether names, phones and e-mails are shown
    Column("rows", JSON, nullable=False),  # the values of dimensions its maker was confined to
    Column("generation", Integer),  # that a frozen one holds, with its pipeline and its targets
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    Column("revoked_by", Text),
)
"""One row per share; what ended stays, so that its openings do."""

openings = Table(
    "openings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("share_id", Integer, ForeignKey("shares.id"), nullable=False, index=True),
    Column("opened_at", Instant, nullable=False),
    Column("who", Text, nullable=False),  # '' for a guest whom nobody knows
)
"""One row per session that a share was opened in."""

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", Text, nullable=False, index=True),  # '' where nobody signs in
    Column("name", Text, nullable=False),
    Column("page", String(32), nullable=False),
    Column("link", JSON, nullable=False),
    Column("is_start", Boolean, nullable=False),  # what a bare address opens for the person
    Column("is_of_team", Boolean, nullable=False),  # whether others see it, too
    Column("saved_at", Instant, nullable=False),
)
"""One row per view that somebody saved under a name."""

notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("written_at", Instant, nullable=False),
    Column("edited_at", Instant),
    Column("day", Date),
    Column("stage", Text),
    Column("dimension", Text),
    Column("segment", Text),  # null beside a dimension is its missing value
    # Of a decision alone:
    Column("decided", Boolean, nullable=False),
    Column("who", Text),
    Column("due", Date),
    Column("expected", Text),  # the query of the scenario that the effect is expected of
)
"""One row per note; what it is pinned to is not null."""

stories = Table(
    "stories",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("owner", Text, nullable=False),  # '' where nobody signs in
    Column("created_at", Instant, nullable=False),
    Column("slide_id", Integer),  # the one that is on the wall; null before the first
)
"""One row per story: shares that are shown in a meeting one after the other."""

slides = Table(
    "slides",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("story_id", Integer, ForeignKey("stories.id"), nullable=False, index=True),
    Column("share_id", Integer, ForeignKey("shares.id"), nullable=False),
    Column("place", Integer, nullable=False),  # within the story; they have gaps
    Column("card", String(64)),  # the card of its page that it shows alone; null: all of them
    Column("notes", Text, nullable=False),  # for whoever presents it
)
"""One row per slide of a story; its title is that of its share."""

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("happened_at", Instant, nullable=False, index=True),
    Column("who", Text, nullable=False),  # '' for the command line, and where nobody signs in
    Column("what", String(32), nullable=False),
    Column("about", JSON, nullable=False),
)
"""One row per load, share, sign-in and their like. Rows are only ever added."""

versions = Table(
    "versions",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("number", Integer, nullable=False),
)
"""How often what a name stands for was changed: what is kept of it elsewhere is as old as that."""

bond = Table("bond", metadata, Column("id", String(32), primary_key=True))
"""One row: the id that the store's folder has, too, where the database is elsewhere."""
