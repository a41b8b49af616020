"""The judged snippets that attacks wrote."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table and its two indexes."""
    op.create_table(
        "examples",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run", sa.String(200), nullable=False),
        sa.Column("step", sa.String(200), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("attack", sa.String(100), nullable=False),
        sa.Column("seed", sa.String(200)),
        sa.Column("split", sa.String(20), nullable=False),
        sa.Column("failure", sa.Boolean, nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("completion", sa.Text, nullable=False),
        sa.Column("label", sa.String(20), nullable=False),
        sa.Column("egregiousness", sa.Float, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("phenomena", sa.JSON, nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("model_hash", sa.String(64), nullable=False),
        sa.Column("query", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_examples"),
        sa.ForeignKeyConstraint(
            ["run", "step"], ["steps.run", "steps.name"], name="fk_examples_steps", ondelete="CASCADE"
        ),
        sa.CheckConstraint("split in ('train', 'validation', 'evaluation')", name=op.f("ck_examples_split")),
        sa.CheckConstraint("label in ('catastrophic', 'harmless', 'unsure')", name=op.f("ck_examples_label")),
    )
    op.create_index("ix_examples_run_round_split", "examples", ["run", "round", "split"])
    op.create_index("ix_examples_run_seed", "examples", ["run", "seed"])
