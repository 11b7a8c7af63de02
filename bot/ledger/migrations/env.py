"""Run by alembic: migrate over the connection that the ledger hands in, in one transaction."""

from __future__ import annotations

from alembic import context

from bot.ledger.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
