"""Alembic's entry: migrates the connection that `riskmon.store.schema` hands over, in its transaction."""

from alembic import context

from riskmon.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
