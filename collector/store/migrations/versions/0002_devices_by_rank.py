"""Devices by rank among those that are there: a page of a long list is read from the index alone"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = depends_on = None


def upgrade() -> None:
    """The index knows which devices are gone, so that counting and parting ask for no row."""
    with op.batch_alter_table("device") as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_organisation_rank_site_device"))
        batch_op.create_index(
            batch_op.f("ix_device_organisation_gone_at_rank_site_device"),
            ["organisation", "gone_at", "rank", "site", "device"],
            unique=False,
        )
