"""Stories, and their slides."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "stories",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slide_id", sa.Integer),
    )
    op.create_table(
        "slides",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("story_id", sa.Integer, sa.ForeignKey("stories.id"), nullable=False, index=True),
        sa.Column("share_id", sa.Integer, sa.ForeignKey("shares.id"), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("card", sa.String(64)),
        sa.Column("notes", sa.Text, nullable=False),
    )
