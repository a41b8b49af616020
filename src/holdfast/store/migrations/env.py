"""Alembic's entry: migrates over the connection that `store.database.upgrade` hands in."""

from alembic import context

from holdfast.store.schema import Base
from holdfast.store.workbench import schema  # noqa: F401 (its tables)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
