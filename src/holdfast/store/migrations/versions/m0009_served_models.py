"""Live rounds that were declined, and which model was served from when on."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_STATES = "'queued', 'training', 'ready', 'serving', 'retired', 'failed'"


def upgrade() -> None:
    """Let a round be declined, and create the table of changes."""
    with op.batch_alter_table("live_rounds") as batch:
        batch.drop_constraint(op.f("ck_live_rounds_state"), type_="check")
        batch.create_check_constraint(op.f("ck_live_rounds_state"), f"state in ({_STATES}, 'declined')")
    op.create_table(
        "model_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "kind in ('promoted', 'declined', 'failed', 'rolled_back', 'unusable')",
            name=op.f("ck_model_changes_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["run"], ["benches.run"], name=op.f("fk_model_changes_benches"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name=op.f("fk_model_changes_accounts"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_changes")),
    )
    op.create_index(op.f("ix_model_changes_run"), "model_changes", ["run"], unique=False)
