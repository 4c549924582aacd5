"""The id by which a database elsewhere and its store know each other."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes the table."""
    op.create_table("bond", sa.Column("id", sa.String(32), primary_key=True))
