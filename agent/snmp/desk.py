"""Which credential a device gets: version 3 first, each at most once, the first that works kept for the whole run."""

from collections.abc import Sequence

from agent.ask import Snmp
from agent.decode.ber import read_pdu
from agent.decode.walk import text
from agent.snmp.credentials import Credential, fitting
from agent.snmp.session import Ask, Community, Told, User

OBJECT_ID, CISCO = "1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.9."
PATIENCE = 3  # silent requests in a row after which a device that used to answer is left alone


class Device:
    """What is known of one device. `left`: credentials it has not refused; `mute`: silences in a row.

    `cisco`: it says so itself; only such a box may be sent `community@vlan`.
    """

    def __init__(self, credentials: Sequence[Credential]) -> None:
        self.left = [(one, User(one) if one.version == "3" else Community(one)) for one in credentials]
        self.kept = False
        self.mute = 0
        self.cisco = False
        self.verdict = Told("excluded", None, "no SNMP credential is configured for it")


class Desk:
    """`ask` is the dialogue of one request; the driver runs one at a time for each device.

    `refusals`: (address, credential's name) of what a device refused, once each.
    """

    def __init__(self, credentials: Sequence[Credential]) -> None:
        self._credentials = tuple(credentials)
        self._devices: dict[str, Device] = {}
        self.refusals: list[tuple[str, str]] = []

    def ask(self, request: Snmp, address: str, now: float) -> Ask:
        """One request to the device at `address`, with its credential or the next that has not been tried."""
        device = self._devices.get(address)
        if device is None:
            device = self._devices[address] = Device(fitting(self._credentials, address))
        if device.kept and device.mute >= PATIENCE:
            return Told("silent", None, "it stopped answering")
        while device.left:
            credential, session = device.left[0]
            if request.context and credential.version != "3" and not device.cisco:
                return Told(
                    "excluded", None, "a community for each VLAN is Cisco's way: others take it for a wrong one"
                )
            told = yield from session.ask(request, now)
            if self._settled(device, address, credential, request, told):
                return told
        return device.verdict

    def _settled(self, device: Device, address: str, credential: Credential, request: Snmp, told: Told) -> bool:
        """Whether this is the answer; otherwise the credential is spent on this device and the next may try."""
        device.mute = device.mute + 1 if told.status == "silent" else 0
        if told.status == "answered":
            device.kept = True
            device.cisco = device.cisco or (OBJECT_ID in request.oids and _is_cisco(told.pdu))
        if told.status == "answered" or told.status == "failed" or (told.status == "silent" and device.kept):
            return True
        if request.context and device.kept:  # a table for a context it does not have says nothing of the credential
            return True
        self._spend(device, address, credential, told)
        return False

    def _spend(self, device: Device, address: str, credential: Credential, told: Told) -> None:
        del device.left[0]
        device.kept = False
        refused = told.status == "refused" and bool(told.reason)
        if refused:
            self.refusals.append((address, credential.name))
            reason = f'refused credential "{credential.name}": {told.reason}'
            device.verdict = Told("refused", None, reason)
        elif device.verdict.status != "refused":
            device.verdict = Told(told.status)


def _is_cisco(pdu: bytes | None) -> bool:
    """Whether a response says, under sysObjectID, that the box is Cisco's. Not a PDU: no."""
    try:
        binds = read_pdu(pdu or b"").varbinds
    except ValueError:
        return False
    return any(bind.oid == OBJECT_ID and f"{text(bind.value).lstrip('.')}.".startswith(CISCO) for bind in binds)
