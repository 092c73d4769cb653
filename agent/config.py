"""agent.toml: the site, who allowed the scan, its scope, budget, credentials, and how an agent lives there; unknown keys are refused."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from agent.deployed.tables import AgentTable, ReleaseTable, ReleaseTo, check
from model.report import Authority, Site
from model.spans import spans
from model.trouble import UsageTrouble

if TYPE_CHECKING:
    from agent.snmp.credentials import Credential

NAME = "agent.toml"
PLACES = (Path(NAME), Path("/etc/laydown") / NAME)


class ScopeTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[scope]: addresses, `first-last` or networks. `exclude_reason` stands in the report beside each exclusion."""

    targets: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    fragile: tuple[str, ...] = ()
    guest: tuple[str, ...] = ()
    exclude_reason: str = ""


class BudgetTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[budget]: the profile."""

    profile: Literal["gentle", "normal", "fast"] = "gentle"


class CredentialTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """[[credential]]: what may be asked of the devices in `scopes`. Secrets stand in files of their own, never here."""

    name: str
    version: Literal["1", "2c", "3"]
    scopes: tuple[str, ...]
    kind: Literal["snmp"] = "snmp"
    community_file: str = ""
    user: str = ""
    auth: str = ""
    auth_file: str = ""
    priv: str = ""
    priv_file: str = ""
    context: str = ""


# Tables that may come more than once, by their key.
LISTS: dict[str, type[msgspec.Struct]] = {"credential": CredentialTable, "to": ReleaseTo}


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    site: Site = Site()
    authority: Authority = Authority()
    scope: ScopeTable = ScopeTable()
    budget: BudgetTable = BudgetTable()
    agent: AgentTable = AgentTable()
    release: ReleaseTable = ReleaseTable()
    credential: tuple[CredentialTable, ...] = ()


def found_at(path: Path | None) -> Path | None:
    """`path`, or the first of PLACES that is there, or None."""
    return path or next((place for place in PLACES if place.is_file()), None)


def config_at(path: Path | None) -> Config:
    """The configuration in `path`; without one, an empty one. UsageTrouble names file and key."""
    if path is None:
        return Config()
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise UsageTrouble(str(path), f"cannot be read ({fault.strerror})", "name a file with --config") from None
    return read(data, str(path))


def credentials(config: Config, path: Path | None) -> "tuple[Credential, ...]":
    """The credentials with their secrets, whose files are named relative to the configuration's own folder."""
    from agent.snmp.credentials import load

    tables: list[dict[str, Any]] = [msgspec.to_builtins(one) for one in config.credential]
    try:
        return load(tables, path.parent if path else Path())
    except UsageTrouble as trouble:
        raise UsageTrouble(f"{path}: {trouble.where}", trouble.what, trouble.remedy) from None


def read(data: bytes, where: str) -> Config:
    """The configuration in `data`; UsageTrouble naming `where` and the key."""
    try:
        told = msgspec.toml.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise UsageTrouble(where, f"not TOML ({fault})", "mend the line named") from None
    _known(told, Config, where, "")
    try:
        config = msgspec.convert(told, Config, strict=True)
    except msgspec.ValidationError as fault:
        what, _, key = str(fault).partition(" - at `$.")
        raise UsageTrouble(f"{where}: {key.rstrip('`') or 'file'}", what, "see docs/config.md") from None
    for name in ("targets", "exclude", "fragile", "guest"):
        _addresses(getattr(config.scope, name), f"{where}: scope.{name}")
    for one in config.credential:
        _addresses(one.scopes, f"{where}: credential {one.name!r}: scopes")
    check(config.agent, config.release, where)
    return config


def _known(told: Any, kind: type[msgspec.Struct], where: str, path: str) -> None:
    """Refuse unknown keys with their whole path, which the decoder would not tell."""
    if not isinstance(told, dict):
        return
    fields = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    for key, value in told.items():
        if key not in fields:
            raise UsageTrouble(f"{where}: {path}{key}", "no such key", f"choose from {', '.join(sorted(fields))}")
        inner = fields[key]
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            _known(value, inner, where, f"{path}{key}.")
        elif key in LISTS and isinstance(value, list):
            for one in value:
                _known(one, LISTS[key], where, f"{path}{key}.")


def _addresses(texts: Sequence[str], where: str) -> None:
    labels = spans(texts).labels
    if labels:
        raise UsageTrouble(
            where, f"{sorted(labels)[0]!r} is no address", "write 10.0.0.5, 10.0.0.5-10.0.0.9 or 10.0.0.0/24"
        )


def merged(config: Config, site: str, authority: Mapping[str, str], profile: str, scope: Mapping[str, Any]) -> Config:
    """`config` with what the command line says over it: a site id, fields of [authority], fields of [scope]; empty ones say nothing."""
    told, wanted = ({key: value for key, value in given.items() if value} for given in (authority, scope))
    return msgspec.structs.replace(
        config,
        site=msgspec.structs.replace(config.site, id=site) if site else config.site,
        authority=msgspec.structs.replace(config.authority, **told),
        budget=msgspec.convert({"profile": profile}, BudgetTable) if profile else config.budget,
        scope=msgspec.structs.replace(config.scope, **wanted),
    )
