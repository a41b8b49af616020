"""The models that a run trained, and the records of its rounds."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the two tables."""
    op.create_table(
        "models",
        sa.Column("run", sa.String(200), nullable=False),
        sa.Column("step", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("parameters", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("run", "step", name="pk_models"),
        sa.ForeignKeyConstraint(
            ["run", "step"], ["steps.run", "steps.name"], name="fk_models_steps", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_models_hash", "models", ["hash"])
    op.create_table(
        "rounds",
        sa.Column("run", sa.String(200), nullable=False),
        sa.Column("step", sa.String(200), nullable=False),
        sa.Column("index", sa.Integer, nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("run", "index", name="pk_rounds"),
        sa.ForeignKeyConstraint(
            ["run", "step"], ["steps.run", "steps.name"], name="fk_rounds_steps", ondelete="CASCADE"
        ),
    )
