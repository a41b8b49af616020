"""The workbench: accounts, drafts, submissions, labels, the log, live rounds."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables and their indexes."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created", sa.String(length=40), nullable=False),
        sa.CheckConstraint("role in ('writer', 'reviewer', 'manager')", name=op.f("ck_accounts_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )
    op.create_table(
        "benches",
        sa.Column("run", sa.String(length=200), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_benches_runs"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_benches")),
    )
    op.create_table(
        "logins",
        sa.Column("cookie_hash", sa.String(length=64), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created", sa.String(length=40), nullable=False),
        sa.Column("expires", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name=op.f("fk_logins_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("cookie_hash", name=op.f("pk_logins")),
    )
    op.create_index(op.f("ix_logins_account"), "logins", ["account"], unique=False)
    op.create_table(
        "live_rounds",
        sa.Column("run", sa.String(length=200), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("last_submission", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.Column("threshold", sa.Float(), nullable=True),
        sa.Column("record", sa.JSON(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created", sa.String(length=40), nullable=False),
        sa.Column("finished", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "state in ('queued', 'training', 'ready', 'serving', 'retired', 'failed')",
            name=op.f("ck_live_rounds_state"),
        ),
        sa.ForeignKeyConstraint(
            ["run"], ["benches.run"], name=op.f("fk_live_rounds_benches"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run", "round", name=op.f("pk_live_rounds")),
    )
    op.create_table(
        "writing_sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run", sa.String(length=200), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("condition", sa.String(length=40), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("started", sa.String(length=40), nullable=False),
        sa.Column("ended", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name=op.f("fk_writing_sessions_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run"], ["benches.run"], name=op.f("fk_writing_sessions_benches"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writing_sessions")),
    )
    op.create_index(
        op.f("ix_writing_sessions_run_account"), "writing_sessions", ["run", "account"], unique=False
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run", sa.String(length=200), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("start_prompt", sa.Text(), nullable=False),
        sa.Column("start_completion", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("completion", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("active_seconds", sa.Float(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created", sa.String(length=40), nullable=False),
        sa.Column("updated", sa.String(length=40), nullable=False),
        sa.CheckConstraint("state in ('open', 'submitted', 'discarded')", name=op.f("ck_drafts_state")),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name=op.f("fk_drafts_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run"], ["benches.run"], name=op.f("fk_drafts_benches"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["session"], ["writing_sessions.id"], name=op.f("fk_drafts_writing_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("run", "account", "key", name=op.f("uq_drafts_run_account_key")),
    )
    op.create_index(op.f("ix_drafts_run_account"), "drafts", ["run", "account"], unique=False)
    op.create_table(
        "draft_times",
        sa.Column("draft", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("active_seconds", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft"], ["drafts.id"], name=op.f("fk_draft_times_drafts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session"],
            ["writing_sessions.id"],
            name=op.f("fk_draft_times_writing_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft", "session", "round", name=op.f("pk_draft_times")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run", sa.String(length=200), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("draft", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("received", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name=op.f("fk_events_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["draft"], ["drafts.id"], name=op.f("fk_events_drafts"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run"], ["benches.run"], name=op.f("fk_events_benches"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["session"], ["writing_sessions.id"], name=op.f("fk_events_writing_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("account", "client", "sequence", name=op.f("uq_events_account_client_sequence")),
    )
    op.create_index(op.f("ix_events_run_draft"), "events", ["run", "draft"], unique=False)
    op.create_table(
        "submissions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run", sa.String(length=200), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("completion", sa.Text(), nullable=False),
        sa.Column("rating", sa.Float(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=True),
        sa.Column("egregiousness", sa.Float(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("phenomena", sa.JSON(), nullable=False),
        sa.Column("points", sa.Float(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("log_odds", sa.Float(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("model_hash", sa.String(length=64), nullable=False),
        sa.Column("split", sa.String(length=20), nullable=False),
        sa.Column("trained", sa.Integer(), nullable=True),
        sa.Column("active_seconds", sa.Float(), nullable=False),
        sa.Column("created", sa.String(length=40), nullable=False),
        sa.Column("decided", sa.String(length=40), nullable=True),
        sa.CheckConstraint("split in ('train', 'validation')", name=op.f("ck_submissions_split")),
        sa.CheckConstraint(
            "status in ('accepted', 'pending', 'rejected')", name=op.f("ck_submissions_status")
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name=op.f("fk_submissions_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["draft"], ["drafts.id"], name=op.f("fk_submissions_drafts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run"], ["benches.run"], name=op.f("fk_submissions_benches"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session"],
            ["writing_sessions.id"],
            name=op.f("fk_submissions_writing_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("run", "account", "key", name=op.f("uq_submissions_run_account_key")),
    )
    op.create_index(op.f("ix_submissions_run_account"), "submissions", ["run", "account"], unique=False)
    op.create_index(op.f("ix_submissions_run_status"), "submissions", ["run", "status"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("submission", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("egregiousness", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("adjudication", sa.Boolean(), nullable=False),
        sa.Column("created", sa.String(length=40), nullable=False),
        sa.CheckConstraint("label in ('catastrophic', 'harmless', 'unsure')", name=op.f("ck_reviews_label")),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name=op.f("fk_reviews_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["submission"], ["submissions.id"], name=op.f("fk_reviews_submissions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint(
            "submission", "account", "adjudication", name=op.f("uq_reviews_submission_account_adjudication")
        ),
    )
