"""The tables. Times are written times (text in the order of time); ids are random; every tenant's row names its organisation.

What is kept for good: organisation to policy, parcel, blob, report, moment, audit, erasure. What is derived and can be made again from
it: device, change, coverage, network, clock. A change here needs a migration (docs/collector.md); a test compares the two.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

META = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Number = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only what is called INTEGER


def _text(name: str, default: str | None = "") -> Column[str]:
    """A text that is there; "" unless said. `default=None`: must be given."""
    return Column(name, Text, nullable=False, server_default=default)


def _count(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default="0")


def _maybe(name: str) -> Column[str]:
    """A text that may be missing: a moment that has not come."""
    return Column(name, Text, nullable=True)


COUNTS = ("devices", "covered", "suspect", "conflict", "clear", "unknown", "unseen", "unexplained_macs", "not_examined")
ASKED = ("asked", "answered", "coverage")  # `coverage`: answered of asked in thousandths

organisation = Table(
    "organisation", META, _text("id", None), _text("name", None), _text("settings", "{}"), _text("created_at", None),
    PrimaryKeyConstraint("id"), UniqueConstraint("name"),
)  # fmt: skip

entity = Table(
    "entity", META, _text("organisation", None), _text("id", None), _text("name", None), _text("uei"), _text("cage"),
    _text("created_at", None),
    PrimaryKeyConstraint("organisation", "id"), UniqueConstraint("organisation", "name"),
    ForeignKeyConstraint(["organisation"], ["organisation.id"]),
)  # fmt: skip

site = Table(
    "site", META, _text("organisation", None), _text("id", None), _text("entity", None), _text("ref", None), _text("name"),
    _text("country"), _text("region"), _text("uei"), _text("cage"), _text("contracts", "[]"),
    _text("supply_categories", "[]"), _text("due"), _text("created_at", None), _maybe("closed_at"),
    # How it stands, by its newest report: derived.
    _maybe("report"), _maybe("reported_at"), _maybe("received_at"), _maybe("agent_seen_at"), _count("agents"),
    *(_count(name) for name in COUNTS), *(_count(name) for name in ASKED), Column("coverage_before", BigInteger),
    _count("clocks"),
    PrimaryKeyConstraint("organisation", "id"), UniqueConstraint("organisation", "ref"),
    ForeignKeyConstraint(["organisation", "entity"], ["entity.organisation", "entity.id"]),
)  # fmt: skip

agent = Table(
    "agent", META, _text("organisation", None), _text("id", None), _text("site", None), _text("host"), _text("keyid", None),
    _text("key", None), _text("engine"), _text("enrolled_at", None), _maybe("seen_at"), _text("state"),
    _count("spool_parcels"), _count("spool_bytes"), _text("last_scan"), _text("next_scan"), _text("problems", "[]"),
    _text("doubled"), _maybe("revoked_at"), _text("revoked_by"), _text("revoked_reason"),
    PrimaryKeyConstraint("organisation", "id"), UniqueConstraint("keyid"),
    ForeignKeyConstraint(["organisation", "site"], ["site.organisation", "site.id"]),
)  # fmt: skip

old_key = Table(  # keys that were rotated out: they open nothing, but what they signed stays signed
    "old_key", META, _text("organisation", None), _text("agent", None), _text("keyid", None), _text("key", None),
    _text("ended_at", None),
    PrimaryKeyConstraint("keyid"),
    ForeignKeyConstraint(["organisation", "agent"], ["agent.organisation", "agent.id"]),
)  # fmt: skip

token = Table(
    "token", META, _text("organisation", None), _text("id", None), _text("site", None), _text("sha256", None),
    _text("created_at", None), _text("created_by"), _text("expires_at", None), _maybe("used_at"), _text("used_by"),
    _maybe("revoked_at"),
    PrimaryKeyConstraint("organisation", "id"), UniqueConstraint("sha256"),
    ForeignKeyConstraint(["organisation", "site"], ["site.organisation", "site.id"]),
)  # fmt: skip

policy = Table(
    "policy", META, _text("organisation", None), _text("site", None), Column("serial", BigInteger, nullable=False),
    _text("issued_at", None), _text("issued_by"), _text("payload", None),
    PrimaryKeyConstraint("organisation", "site", "serial"),
    ForeignKeyConstraint(["organisation", "site"], ["site.organisation", "site.id"]),
)  # fmt: skip

nonce = Table(  # for minutes only
    "nonce", META, _text("keyid", None), _text("nonce", None), _text("at", None),
    PrimaryKeyConstraint("keyid", "nonce"), Index(None, "at"),
)  # fmt: skip

knock = Table(  # tries to sign in, by sha256 of the name and place; `known_at`: when somebody got in from there
    "knock", META, _text("name", None), _text("source"), _count("wrong"), _text("at", None), _maybe("until"), _maybe("known_at"),
    PrimaryKeyConstraint("name", "source"), Index(None, "at"),
)  # fmt: skip

parcel = Table(
    "parcel", META, _text("organisation", None), Column("number", BigInteger, nullable=False), _text("digest", None),
    _text("report", None), _text("agent", None), _text("site", None), _text("release", None), _text("marking"),
    _count("size"), _text("received_at", None), _text("receipt", None), _text("receipt_sha256", None),
    _text("state", None), _text("fault"),
    PrimaryKeyConstraint("organisation", "number"), UniqueConstraint("organisation", "digest"),
    Index(None, "state", "received_at"), Index(None, "organisation", "agent", "received_at"),
)  # fmt: skip

blob = Table(  # `packing`: zstd or none; `data` is missing for one that is a file
    "blob", META, _text("organisation", None), _text("sha256", None), _count("size"), _text("packing", "zstd"), Column("data", LargeBinary),
    _text("kept_at", None),
    PrimaryKeyConstraint("organisation", "sha256"),
)  # fmt: skip

report = Table(
    "report", META, _text("organisation", None), _text("id", None), _text("site", None), _text("agent"),
    Column("parcel", BigInteger), _text("digest", None), _text("release", None), _text("origin", None), _text("replay"),
    _text("started_at"), _text("finished_at"), _text("received_at", None), _text("pack"), _text("engine"), _text("evidence"),
    _text("statement"), _text("body"), _text("lines"), _text("pack_zip"), _text("marking"),
    *(_count(name) for name in COUNTS), *(_count(name) for name in ASKED),
    _maybe("erased_at"), _maybe("evidence_erased_at"), Column("current", Boolean, nullable=False, server_default="0"),
    PrimaryKeyConstraint("organisation", "id"), UniqueConstraint("organisation", "site", "digest", "replay"),
    Index(None, "organisation", "received_at"), Index(None, "organisation", "site", "finished_at"),
    ForeignKeyConstraint(["organisation", "site"], ["site.organisation", "site.id"]),
)  # fmt: skip

used = Table(  # which report needs which blob: what nobody needs may go
    "used", META, _text("organisation", None), _text("report", None), _text("sha256", None),
    PrimaryKeyConstraint("organisation", "report", "sha256"), Index(None, "organisation", "sha256"),
)  # fmt: skip

device = Table(
    "device", META, _text("organisation", None), _text("site", None), _text("device", None), _text("digest", None),
    _text("outcome", None), _count("rank"), _text("maker"), _text("producer"), _text("kind"), _text("model"),
    _text("serial"), _text("firmware"), _text("label"), _text("addresses", "[]"), _text("macs", "[]"), _text("names", "[]"),
    _text("parts", "[]"), _text("first_seen"), _text("changed_at", None), _text("report", None), _maybe("gone_at"),
    PrimaryKeyConstraint("organisation", "site", "device"),
    Index(None, "organisation", "gone_at", "rank", "site", "device"), Index(None, "organisation", "maker"),
    Index(None, "organisation", "site", "rank"),
    ForeignKeyConstraint(["organisation", "site"], ["site.organisation", "site.id"]),
)  # fmt: skip

change = Table(  # every verdict that differs from the one before it, with its date; never rewritten
    "change", META, Column("id", Number, nullable=False, autoincrement=True), _text("organisation", None),
    _text("site", None), _text("device", None), _text("at", None), _text("report", None), _text("cause", None),
    _text("before"), _text("after"), _text("pack"),
    PrimaryKeyConstraint("id"), Index(None, "organisation", "site", "device", "id"), Index(None, "organisation", "id"),
)  # fmt: skip

coverage = Table(
    "coverage", META, Column("id", Number, nullable=False, autoincrement=True), _text("organisation", None),
    _text("site", None), _text("report", None), _text("probe"), _text("scope"),
    *(_count(name) for name in ("asked", "answered", "silent", "refused", "excluded")), _text("status"), _text("reason"),
    PrimaryKeyConstraint("id"), Index(None, "organisation", "site"),
)  # fmt: skip

network = Table(
    "network", META, Column("id", Number, nullable=False, autoincrement=True), _text("organisation", None),
    _text("site", None), _text("report", None), _text("name"), _text("kind"), _text("status"), _text("reason"),
    PrimaryKeyConstraint("id"), Index(None, "organisation", "site"),
)  # fmt: skip

clock = Table(  # `word`: a person's, "" while nobody has spoken
    "clock", META, _text("organisation", None), _text("site", None), _text("device", None), _text("clause", None),
    _text("outcome"), _text("about"), _text("trigger"), _text("began_at"), _text("began_by"), _text("due_at"), _text("due"),
    _text("dues", "[]"), _text("report"), _text("source"), _text("opened_at", None), _text("word"), _maybe("closed_at"),
    PrimaryKeyConstraint("organisation", "site", "device", "clause"), Index(None, "organisation", "due_at"),
)  # fmt: skip

moment = Table(
    "moment", META, Column("id", Number, nullable=False, autoincrement=True), _text("organisation", None),
    _text("site", None), _text("report", None), _text("kind", None), _text("at", None), _text("who"),
    PrimaryKeyConstraint("id"), Index(None, "organisation", "site", "report"),
)  # fmt: skip

pack = Table(
    "pack", META, _text("organisation", None), _text("sha256", None), _text("digest", None), _text("name"), _count("size"),
    _text("added_at", None), _text("added_by"), _maybe("adopted_at"),
    PrimaryKeyConstraint("organisation", "sha256"),
)  # fmt: skip

replay = Table(
    "replay", META, _text("organisation", None), _text("id", None), _text("pack", None), _text("pack_digest", None),
    _text("started_at", None), _text("started_by"), _text("state", None), _count("sites"), _maybe("finished_at"),
    _maybe("adopted_at"), _text("adopted_by"),
    PrimaryKeyConstraint("organisation", "id"), Index(None, "organisation", "started_at"),
)  # fmt: skip

replay_site = Table(
    "replay_site", META, _text("organisation", None), _text("replay", None), _text("site", None), _text("state", None),
    _text("before"), _text("body"), _count("changed"), _text("changes", "[]"), _text("fault"), _maybe("done_at"),
    PrimaryKeyConstraint("organisation", "replay", "site"),
    ForeignKeyConstraint(["organisation", "replay"], ["replay.organisation", "replay.id"]),
)  # fmt: skip

answers = Table(  # what persons said, each version kept
    "answers", META, Column("id", Number, nullable=False, autoincrement=True), _text("organisation", None),
    _text("entity", None), _text("at", None), _text("who"), _text("body", None), _text("contracts", "[]"),
    PrimaryKeyConstraint("id"), Index(None, "organisation", "entity", "id"),
)  # fmt: skip

filing = Table(
    "filing", META, _text("organisation", None), _text("id", None), _text("entity", None), _text("form", None),
    _text("contract"), _text("title"), _text("prepared_at", None), _text("prepared_by"), _text("reports", "[]"),
    _count("holds"), _text("state", None), _text("body", None), _maybe("signed_at"), _text("signed_by"), _text("signed_body"),
    _text("signed_media"),
    PrimaryKeyConstraint("organisation", "id"), Index(None, "organisation", "prepared_at"),
    ForeignKeyConstraint(["organisation", "entity"], ["entity.organisation", "entity.id"]),
)  # fmt: skip

user = Table(
    "person", META, _text("organisation", None), _text("id", None), _text("login", None), _text("name"), _text("role", None),
    _text("entities", "[]"), _text("password"), _text("totp"), _count("totp_used"), _text("issuer"), _text("subject"),
    _text("created_at", None), _maybe("disabled_at"), _count("failed"), _maybe("locked_until"),  # both: of backups before `knock`
    _maybe("seen_at"),
    PrimaryKeyConstraint("organisation", "id"), UniqueConstraint("login"),
    ForeignKeyConstraint(["organisation"], ["organisation.id"]),
)  # fmt: skip

session = Table(  # `kind`: session (a cookie), bearer (a program's), invitation (a first password)
    "session", META, _text("organisation", None), _text("sha256", None), _text("person", None), _text("kind", None),
    _text("name"), _text("csrf"), _text("created_at", None), _text("seen_at", None), _text("expires_at", None),
    PrimaryKeyConstraint("sha256"), Index(None, "organisation", "person"),
    ForeignKeyConstraint(["organisation", "person"], ["person.organisation", "person.id"]),
)  # fmt: skip

audit = Table(
    "audit", META, Column("id", Number, nullable=False, autoincrement=True), _text("organisation", None),
    _text("at", None), _text("who"), _text("name"), _text("action", None), _text("site"), _text("what"), _text("address"),
    PrimaryKeyConstraint("id"), Index(None, "organisation", "id"), Index(None, "organisation", "site", "id"),
)  # fmt: skip

erasure = Table(
    "erasure", META, Column("id", Number, nullable=False, autoincrement=True), _text("organisation", None),
    _text("site"), _text("kind", None), _text("digest", None), _text("reason", None), _text("who"), _text("at", None),
    PrimaryKeyConstraint("id"), Index(None, "organisation", "id"),
)  # fmt: skip

TENANTS = tuple(one for one in META.sorted_tables if "organisation" in one.c)
"""Every table whose rows belong to one organisation: each has a wall in PostgreSQL."""
