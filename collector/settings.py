"""collector.toml: how this collector is set up. Unknown keys are refused by name; secrets are named by their file."""

from pathlib import Path

import msgspec

from model.trouble import UsageTrouble

FILE = "collector.toml"


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one agent may ask of this machine. `requests`: a minute; `bytes`: of pieces, a minute; `parcels`, `day_bytes`: a day.

    `backlog`: parcels that wait for their rows before new ones are asked to come later; `incoming`: bytes of half uploads of one agent.
    """

    requests: int = 600
    bytes: int = 256 * 1024 * 1024
    parcels: int = 200
    day_bytes: int = 4 * 1024 * 1024 * 1024
    backlog: int = 10_000
    incoming: int = 2 * 1024 * 1024 * 1024


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An OpenID Connect provider for the people of one organisation (its id). `claim`: of the id token, names the login.

    `role`: what a person gets who signs in for the first time; "" (the default): only persons whom an admin has added may sign in.
    """

    issuer: str
    client_id: str
    client_secret_file: str
    organisation: str
    name: str = "Single sign-on"
    claim: str = "email"
    role: str = ""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`address`: what people and agents type, for cookies and redirects; `database`: a URL, "" for SQLite in the folder.

    `certificate`, `certificate_key`: PEM files for HTTPS; without them only this machine is served, or `--insecure-http` is said.
    """

    address: str = ""
    database: str = ""
    certificate: str = ""
    certificate_key: str = ""
    limits: Limits = Limits()
    provider: tuple[Provider, ...] = ()


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one organisation decides for itself (column `settings`). `markings`: those that parcels may bear, "" for none.

    `current_days`: how old a site's report may be; `silent_days`: how long an agent may say nothing; `fell`: thousandths by which the
    coverage may go down. `keep_days`: retention by class, 0 for as long as the site is there.
    """

    markings: tuple[str, ...] = ("",)
    current_days: int = 90
    silent_days: int = 3
    fell: int = 100
    keep_days: dict[str, int] = {}


CLASSES = ("evidence", "report", "audit", "session")
"""What retention tells apart."""


def settings_of(folder: Path) -> Settings:
    """The settings in `folder`; UsageTrouble naming file and key where they are malformed."""
    path = folder / FILE
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Settings)
    except FileNotFoundError:
        raise UsageTrouble(
            str(folder), "is no collector's folder", "make one: laydown-collector init --dir D"
        ) from None
    except OSError as fault:
        raise UsageTrouble(str(path), f"cannot be read ({fault.strerror})", "check the path and its rights") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as fault:
        raise UsageTrouble(
            str(path), f"not a collector's settings ({fault})", "docs/collector.md names its keys"
        ) from None


def rules_of(text: str) -> Rules:
    """An organisation's own rules."""
    return msgspec.json.decode(text or "{}", type=Rules)
