"""What a judge's own model cost, beside the system's."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; steps of before counted none."""
    op.add_column("costs", sa.Column("judge_flops", sa.Float, nullable=False, server_default="0"))
