"""The ledger of what each step spent."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "costs",
        sa.Column("run", sa.String(200), nullable=False),
        sa.Column("step", sa.String(200), nullable=False),
        sa.Column("side", sa.String(20), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("queries", sa.BigInteger, nullable=False),
        sa.Column("gradient_calls", sa.BigInteger, nullable=False),
        sa.Column("judge_calls", sa.BigInteger, nullable=False),
        sa.Column("generated_tokens", sa.BigInteger, nullable=False),
        sa.Column("forward_flops", sa.Float, nullable=False),
        sa.Column("backward_flops", sa.Float, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("run", "step", "side", name="pk_costs"),
        sa.ForeignKeyConstraint(
            ["run", "step"], ["steps.run", "steps.name"], name="fk_costs_steps", ondelete="CASCADE"
        ),
        sa.CheckConstraint("side in ('attack', 'defence', 'evaluation')", name=op.f("ck_costs_side")),
    )
