"""What the program notes about its own work: bodies of the observations by probe `run`. Coverage is computed from these alone."""

import msgspec

from model.evidence import Evidence, Observation, observed
from model.report import Authority, Site

MEDIA = "application/json"
UNREAD = "tables not read to their end:"  # how the reason of a row begins that only other tables can close


class Start(msgspec.Struct, frozen=True, tag="start", tag_field="event"):
    """A run began. `targets`, `exclude`, `fragile`, `guest`: scopes in CIDR or range form; `mode`: how the site was reached."""

    run: str
    tool: str
    vantage: str
    site: Site = Site()
    authority: Authority = Authority()
    targets: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    exclude_reason: str = ""
    fragile: tuple[str, ...] = ()
    guest: tuple[str, ...] = ()
    profile: str = ""
    probes: tuple[str, ...] = ()


class Ledger(msgspec.Struct, frozen=True, tag="ledger", tag_field="event"):
    """What one probe did in one scope, as sets of targets in `model.spans` text form: so a resumed or doubled run counts once.

    `asked` holds everything the probe was to ask, `excluded` what of it was left alone on purpose; what is in no other set was silent.
    `status`: `done`, `incomplete` (stopped on the way), `not-run`, `unreadable`. `reason` says why, whenever it is not `done`.
    """

    run: str
    probe: str
    scope: str
    status: str
    asked: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    reason: str = ""


class End(msgspec.Struct, frozen=True, tag="end", tag_field="event"):
    """A run ended. `status`: `done` or `incomplete`."""

    run: str
    status: str
    reason: str = ""


Event = Start | Ledger | End
_decoder = msgspec.json.Decoder(Event)
_encoder = msgspec.json.Encoder(order="sorted")


def noted(event: Event, vantage: str, seen_at: str) -> Evidence:
    """The event as evidence by probe `run`."""
    kind = type(event).__struct_config__.tag
    note = Observation(probe="run", vantage=vantage, target="", asked=str(kind), status="noted", seen_at=seen_at)
    return observed(note, _encoder.encode(event), MEDIA)


def event_of(evidence: Evidence) -> Event:
    """The event of a `run` observation; msgspec.ValidationError where the body is none."""
    event: Event = _decoder.decode(evidence.body or b"")
    return event
