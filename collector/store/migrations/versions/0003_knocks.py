"""Tries to sign in are counted by name and place, whether or not anybody is called so"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = depends_on = None


def upgrade() -> None:
    """A table of its own: an account that is not there has no row to count in."""
    op.create_table(
        "knock",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("wrong", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("known_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", "source", name=op.f("pk_knock")),
    )
    op.create_index(op.f("ix_knock_at"), "knock", ["at"], unique=False)
