"""Alembic's entry: it works within the transaction that collector/store/schema.py has begun."""

from alembic import context

from collector.store.tables import META

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=META,
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=True,
)
context.run_migrations()
