"""What follows a submission: disputes, withdrawals, comments, and what was seen of them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns and the tables; what was decided before is neither disputed nor withdrawn."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("submissions", sa.Column("dispute", sa.Text(), nullable=True))
    op.add_column("submissions", sa.Column("disputed", sa.String(length=40), nullable=True))
    op.add_column("submissions", sa.Column("withdrawn", sa.String(length=40), nullable=True))
    op.create_table(
        "comments",
        sa.Column("id", number, nullable=False),
        sa.Column("submission", number, nullable=False),
        sa.Column("account", number, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name=op.f("fk_comments_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["submission"], ["submissions.id"], name=op.f("fk_comments_submissions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.UniqueConstraint("account", "key", name=op.f("uq_comments_account_key")),
    )
    op.create_index(op.f("ix_comments_submission"), "comments", ["submission"], unique=False)
    op.create_table(
        "seen",
        sa.Column("submission", number, nullable=False),
        sa.Column("account", number, nullable=False),
        sa.Column("until", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name=op.f("fk_seen_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["submission"], ["submissions.id"], name=op.f("fk_seen_submissions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("submission", "account", name=op.f("pk_seen")),
    )
