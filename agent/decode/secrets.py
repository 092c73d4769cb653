"""Objects whose values are secrets or commands: never asked for, and masked where a table's end or a file shows them.

A GETBULK runs past the end of a table into whatever comes next, and a recorded file holds what its author walked: so
not asking is not enough. Sources: fingerprints section 6 (3902.3.1.5 and .9; 39165.1.12; 40297.1.2.2), RFC 3584
(snmpCommunityTable), RFC 3414 (usmUserTable), RFC 3415 (vacmSecurityToGroupTable), RFC 2787, IEEE802dot11-MIB, the
makers' published MIBs.
"""

from agent.decode.ber import Varbind, read_pdu, write_pdu

NEVER = (  # not to be read at all: no root or scalar may stand under these
    "1.3.6.1.4.1.3902.3.1.5",
    "1.3.6.1.4.1.3902.3.1.9",
    "1.3.6.1.4.1.39165.1.12",
    "1.3.6.1.4.1.40297.1.2.2",
    "1.3.6.1.6.3.15.1.2",
    "1.3.6.1.6.3.18.1.1",
)
SECRET = (  # what stands under these is masked wherever it turns up, indexes included: they spell community names
    *(oid for oid in NEVER if oid not in ("1.3.6.1.4.1.39165.1.12", "1.3.6.1.4.1.40297.1.2.2")),
    "1.3.6.1.6.3.16.1.2",  # vacmSecurityToGroupTable: security names, which are community names on many agents
    "1.3.6.1.6.3.12.1.3.1.4",  # snmpTargetParamsSecurityName: the same
    "1.3.6.1.4.1.9.2.1.61.1.2",  # community of a trap host, old Cisco
    "1.3.6.1.4.1.9.9.96.1.1.1.1.8",  # ccCopyUserPassword
    "1.3.6.1.4.1.9.9.106.1.2.1.1.2",  # cHsrpGrpAuth
    "1.3.6.1.2.1.68.1.3.1.12",  # vrrpOperAuthKey
    "1.2.840.10036.1.3",  # dot11WEPDefaultKeysTable
    "1.2.840.10036.1.4",  # dot11WEPKeyMappingsTable
    "1.3.6.1.4.1.2011.6.128.1.1.2.43.1.4",  # hwGponDeviceOntPassword, beside the serials
    "1.3.6.1.4.1.3902.1012.3.28.1.1.6",  # the password beside the serials of ZTE's terminals
    "1.3.6.1.4.1.14179.2.1.4.1.3",  # bsnMobileStationUserName: a person's name, beside the address
    "1.3.6.1.4.1.14823.2.3.3.1.2.4.1.5",  # aiClientName: the same
    "1.3.6.1.4.1.25053.1.2.2.1.1.3.1.1.5",  # ruckusZDWLANStaUser: the same
    "1.3.6.1.4.1.25053.1.15.2.1.1.3.1.1.5",
)
_PREFIXES = tuple(oid + "." for oid in SECRET)


def secret_prefix(oid: str) -> str:
    """The entry of SECRET that `oid` (dotted, no leading dot) stands under, "" for most."""
    if not oid.startswith(_PREFIXES):
        return ""
    return next(prefix for prefix in SECRET if oid.startswith(prefix + "."))


def masked_pdu(body: bytes) -> bytes:
    """The PDU with secret values replaced by as many asterisks; the same bytes where it holds none or is no PDU."""
    try:
        pdu = read_pdu(body)
    except ValueError:
        return body
    if not any(secret_prefix(bind.oid) for bind in pdu.varbinds):
        return body
    binds = [_masked(bind) for bind in pdu.varbinds]
    return write_pdu(pdu.kind, pdu.request_id, binds, pdu.error_status, pdu.error_index)


def _masked(bind: Varbind) -> Varbind:
    prefix = secret_prefix(bind.oid)
    if not prefix or bind.value is None:
        return bind
    size = len(bind.value) if isinstance(bind.value, bytes) else len(str(bind.value))
    return Varbind(prefix + ".0", "octets", b"*" * size)
