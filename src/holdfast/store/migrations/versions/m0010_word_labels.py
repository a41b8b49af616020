"""How many words an oracle marked for a model to learn from."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column; steps of before counted none."""
    op.add_column("costs", sa.Column("word_labels", sa.BigInteger, nullable=False, server_default="0"))
