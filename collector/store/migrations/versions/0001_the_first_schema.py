"""The first schema"""

import sqlalchemy as sa
from alembic import op

from collector.store.walls import raised

revision = "0001"
down_revision = None
branch_labels = depends_on = None

# Tables whose rows belong to an organisation: PostgreSQL walls them.
WALLED = (
    "answers",
    "audit",
    "blob",
    "change",
    "clock",
    "coverage",
    "erasure",
    "moment",
    "network",
    "pack",
    "parcel",
    "replay",
    "used",
    "entity",
    "person",
    "replay_site",
    "filing",
    "session",
    "site",
    "agent",
    "device",
    "policy",
    "report",
    "token",
    "old_key",
)


def upgrade() -> None:
    """All tables, and their walls."""
    op.create_table(
        "answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("contracts", sa.Text(), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_answers_organisation_entity_id"), ["organisation", "entity", "id"], unique=False
        )

    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), server_default="", nullable=False),
        sa.Column("what", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_organisation_id"), ["organisation", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_organisation_site_id"), ["organisation", "site", "id"], unique=False)

    op.create_table(
        "blob",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("packing", sa.Text(), server_default="zstd", nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("kept_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "sha256", name=op.f("pk_blob")),
    )
    op.create_table(
        "change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), server_default="", nullable=False),
        sa.Column("after", sa.Text(), server_default="", nullable=False),
        sa.Column("pack", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_organisation_id"), ["organisation", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_change_organisation_site_device_id"), ["organisation", "site", "device", "id"], unique=False
        )

    op.create_table(
        "clock",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("trigger", sa.Text(), server_default="", nullable=False),
        sa.Column("began_at", sa.Text(), server_default="", nullable=False),
        sa.Column("began_by", sa.Text(), server_default="", nullable=False),
        sa.Column("due_at", sa.Text(), server_default="", nullable=False),
        sa.Column("due", sa.Text(), server_default="", nullable=False),
        sa.Column("dues", sa.Text(), server_default="[]", nullable=False),
        sa.Column("report", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), server_default="", nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organisation", "site", "device", "clause", name=op.f("pk_clock")),
    )
    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clock_organisation_due_at"), ["organisation", "due_at"], unique=False)

    op.create_table(
        "coverage",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("probe", sa.Text(), server_default="", nullable=False),
        sa.Column("scope", sa.Text(), server_default="", nullable=False),
        sa.Column("asked", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("answered", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("silent", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refused", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("excluded", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("status", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage")),
    )
    with op.batch_alter_table("coverage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coverage_organisation_site"), ["organisation", "site"], unique=False)

    op.create_table(
        "erasure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erasure_organisation_id"), ["organisation", "id"], unique=False)

    op.create_table(
        "moment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moment")),
    )
    with op.batch_alter_table("moment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_moment_organisation_site_report"), ["organisation", "site", "report"], unique=False
        )

    op.create_table(
        "network",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network")),
    )
    with op.batch_alter_table("network", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_network_organisation_site"), ["organisation", "site"], unique=False)

    op.create_table(
        "nonce",
        sa.Column("keyid", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("keyid", "nonce", name=op.f("pk_nonce")),
    )
    with op.batch_alter_table("nonce", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nonce_at"), ["at"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), server_default="{}", nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("name", name=op.f("uq_organisation_name")),
    )
    op.create_table(
        "pack",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("added_at", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Text(), server_default="", nullable=False),
        sa.Column("adopted_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organisation", "sha256", name=op.f("pk_pack")),
    )
    op.create_table(
        "parcel",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("marking", sa.Text(), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("receipt_sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("organisation", "number", name=op.f("pk_parcel")),
        sa.UniqueConstraint("organisation", "digest", name=op.f("uq_parcel_organisation_digest")),
    )
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_parcel_organisation_agent_received_at"),
            ["organisation", "agent", "received_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_parcel_state_received_at"), ["state", "received_at"], unique=False)

    op.create_table(
        "replay",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("pack_digest", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sites", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("finished_at", sa.Text(), nullable=True),
        sa.Column("adopted_at", sa.Text(), nullable=True),
        sa.Column("adopted_by", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_replay")),
    )
    with op.batch_alter_table("replay", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_replay_organisation_started_at"), ["organisation", "started_at"], unique=False
        )

    op.create_table(
        "used",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "report", "sha256", name=op.f("pk_used")),
    )
    with op.batch_alter_table("used", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_used_organisation_sha256"), ["organisation", "sha256"], unique=False)

    op.create_table(
        "entity",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("uei", sa.Text(), server_default="", nullable=False),
        sa.Column("cage", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_entity_organisation")),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_entity")),
        sa.UniqueConstraint("organisation", "name", name=op.f("uq_entity_organisation_name")),
    )
    op.create_table(
        "person",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("entities", sa.Text(), server_default="[]", nullable=False),
        sa.Column("password", sa.Text(), server_default="", nullable=False),
        sa.Column("totp", sa.Text(), server_default="", nullable=False),
        sa.Column("totp_used", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("issuer", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("disabled_at", sa.Text(), nullable=True),
        sa.Column("failed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_person_organisation")),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_person")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
    )
    op.create_table(
        "replay_site",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("replay", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("changed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("changes", sa.Text(), server_default="[]", nullable=False),
        sa.Column("fault", sa.Text(), server_default="", nullable=False),
        sa.Column("done_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation", "replay"],
            ["replay.organisation", "replay.id"],
            name=op.f("fk_replay_site_organisation_replay"),
        ),
        sa.PrimaryKeyConstraint("organisation", "replay", "site", name=op.f("pk_replay_site")),
    )
    op.create_table(
        "filing",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("contract", sa.Text(), server_default="", nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("prepared_at", sa.Text(), nullable=False),
        sa.Column("prepared_by", sa.Text(), server_default="", nullable=False),
        sa.Column("reports", sa.Text(), server_default="[]", nullable=False),
        sa.Column("holds", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.Text(), nullable=True),
        sa.Column("signed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("signed_body", sa.Text(), server_default="", nullable=False),
        sa.Column("signed_media", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "entity"], ["entity.organisation", "entity.id"], name=op.f("fk_filing_organisation_entity")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_filing")),
    )
    with op.batch_alter_table("filing", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_filing_organisation_prepared_at"), ["organisation", "prepared_at"], unique=False
        )

    op.create_table(
        "session",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("csrf", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "person"],
            ["person.organisation", "person.id"],
            name=op.f("fk_session_organisation_person"),
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_session")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_organisation_person"), ["organisation", "person"], unique=False)

    op.create_table(
        "site",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("region", sa.Text(), server_default="", nullable=False),
        sa.Column("uei", sa.Text(), server_default="", nullable=False),
        sa.Column("cage", sa.Text(), server_default="", nullable=False),
        sa.Column("contracts", sa.Text(), server_default="[]", nullable=False),
        sa.Column("supply_categories", sa.Text(), server_default="[]", nullable=False),
        sa.Column("due", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("reported_at", sa.Text(), nullable=True),
        sa.Column("received_at", sa.Text(), nullable=True),
        sa.Column("agent_seen_at", sa.Text(), nullable=True),
        sa.Column("agents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("devices", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("covered", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("suspect", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("conflict", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("clear", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unknown", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unseen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unexplained_macs", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("not_examined", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("asked", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("answered", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("coverage", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("coverage_before", sa.BigInteger(), nullable=True),
        sa.Column("clocks", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "entity"], ["entity.organisation", "entity.id"], name=op.f("fk_site_organisation_entity")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_site")),
        sa.UniqueConstraint("organisation", "ref", name=op.f("uq_site_organisation_ref")),
    )
    op.create_table(
        "agent",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), server_default="", nullable=False),
        sa.Column("keyid", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), server_default="", nullable=False),
        sa.Column("enrolled_at", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("spool_parcels", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("spool_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_scan", sa.Text(), server_default="", nullable=False),
        sa.Column("next_scan", sa.Text(), server_default="", nullable=False),
        sa.Column("problems", sa.Text(), server_default="[]", nullable=False),
        sa.Column("doubled", sa.Text(), server_default="", nullable=False),
        sa.Column("revoked_at", sa.Text(), nullable=True),
        sa.Column("revoked_by", sa.Text(), server_default="", nullable=False),
        sa.Column("revoked_reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "site"], ["site.organisation", "site.id"], name=op.f("fk_agent_organisation_site")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_agent")),
        sa.UniqueConstraint("keyid", name=op.f("uq_agent_keyid")),
    )
    op.create_table(
        "device",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("rank", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("maker", sa.Text(), server_default="", nullable=False),
        sa.Column("producer", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("model", sa.Text(), server_default="", nullable=False),
        sa.Column("serial", sa.Text(), server_default="", nullable=False),
        sa.Column("firmware", sa.Text(), server_default="", nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("addresses", sa.Text(), server_default="[]", nullable=False),
        sa.Column("macs", sa.Text(), server_default="[]", nullable=False),
        sa.Column("names", sa.Text(), server_default="[]", nullable=False),
        sa.Column("parts", sa.Text(), server_default="[]", nullable=False),
        sa.Column("first_seen", sa.Text(), server_default="", nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("gone_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation", "site"], ["site.organisation", "site.id"], name=op.f("fk_device_organisation_site")
        ),
        sa.PrimaryKeyConstraint("organisation", "site", "device", name=op.f("pk_device")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_organisation_maker"), ["organisation", "maker"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_device_organisation_rank_site_device"),
            ["organisation", "rank", "site", "device"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_device_organisation_site_rank"), ["organisation", "site", "rank"], unique=False
        )

    op.create_table(
        "policy",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.Text(), nullable=False),
        sa.Column("issued_by", sa.Text(), server_default="", nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "site"], ["site.organisation", "site.id"], name=op.f("fk_policy_organisation_site")
        ),
        sa.PrimaryKeyConstraint("organisation", "site", "serial", name=op.f("pk_policy")),
    )
    op.create_table(
        "report",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), server_default="", nullable=False),
        sa.Column("parcel", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("replay", sa.Text(), server_default="", nullable=False),
        sa.Column("started_at", sa.Text(), server_default="", nullable=False),
        sa.Column("finished_at", sa.Text(), server_default="", nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), server_default="", nullable=False),
        sa.Column("engine", sa.Text(), server_default="", nullable=False),
        sa.Column("evidence", sa.Text(), server_default="", nullable=False),
        sa.Column("statement", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("lines", sa.Text(), server_default="", nullable=False),
        sa.Column("pack_zip", sa.Text(), server_default="", nullable=False),
        sa.Column("marking", sa.Text(), server_default="", nullable=False),
        sa.Column("devices", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("covered", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("suspect", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("conflict", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("clear", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unknown", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unseen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unexplained_macs", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("not_examined", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("asked", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("answered", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("coverage", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.Text(), nullable=True),
        sa.Column("evidence_erased_at", sa.Text(), nullable=True),
        sa.Column("current", sa.Boolean(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "site"], ["site.organisation", "site.id"], name=op.f("fk_report_organisation_site")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_report")),
        sa.UniqueConstraint(
            "organisation", "site", "digest", "replay", name=op.f("uq_report_organisation_site_digest_replay")
        ),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_report_organisation_received_at"), ["organisation", "received_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_report_organisation_site_finished_at"), ["organisation", "site", "finished_at"], unique=False
        )

    op.create_table(
        "token",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text(), nullable=True),
        sa.Column("used_by", sa.Text(), server_default="", nullable=False),
        sa.Column("revoked_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation", "site"], ["site.organisation", "site.id"], name=op.f("fk_token_organisation_site")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_token")),
        sa.UniqueConstraint("sha256", name=op.f("uq_token_sha256")),
    )
    op.create_table(
        "old_key",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("keyid", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "agent"], ["agent.organisation", "agent.id"], name=op.f("fk_old_key_organisation_agent")
        ),
        sa.PrimaryKeyConstraint("keyid", name=op.f("pk_old_key")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in WALLED:
            for said in raised(table):
                op.execute(said)
        for said in raised("organisation", "id"):
            op.execute(said)
