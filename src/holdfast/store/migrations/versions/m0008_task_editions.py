"""The edition of a run's task."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column; tasks of before were in their first edition."""
    op.add_column("runs", sa.Column("task_edition", sa.Integer, nullable=False, server_default="1"))
