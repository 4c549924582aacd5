"""Shares, their openings, saved views, notes and the log: the first tables of the state."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "shares",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("page", sa.String(32), nullable=False),
        sa.Column("link", sa.JSON, nullable=False),
        sa.Column("guest", sa.String(16), nullable=False),
        sa.Column("hides_filters", sa.Boolean, nullable=False),
        sa.Column("lists", sa.Boolean, nullable=False),
        sa.Column("personal", sa.Boolean, nullable=False),
        sa.Column("rows", sa.JSON, nullable=False),
        sa.Column("generation", sa.Integer),
        sa.Column("expires_at", _INSTANT),
        sa.Column("revoked_at", _INSTANT),
        sa.Column("revoked_by", sa.Text),
    )
    op.create_table(
        "openings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("share_id", sa.Integer, sa.ForeignKey("shares.id"), nullable=False, index=True),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person", sa.Text, nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("page", sa.String(32), nullable=False),
        sa.Column("link", sa.JSON, nullable=False),
        sa.Column("is_start", sa.Boolean, nullable=False),
        sa.Column("is_of_team", sa.Boolean, nullable=False),
        sa.Column("saved_at", _INSTANT, nullable=False),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("written_at", _INSTANT, nullable=False),
        sa.Column("edited_at", _INSTANT),
        sa.Column("day", sa.Date),
        sa.Column("stage", sa.Text),
        sa.Column("dimension", sa.Text),
        sa.Column("segment", sa.Text),
        sa.Column("decided", sa.Boolean, nullable=False),
        sa.Column("who", sa.Text),
        sa.Column("due", sa.Date),
        sa.Column("expected", sa.Text),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("happened_at", _INSTANT, nullable=False, index=True),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("about", sa.JSON, nullable=False),
    )
    op.create_table(
        "versions",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
