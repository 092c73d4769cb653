"""What is never done to anybody's device: tables with reasons, and the function that holds every request to them.

Sources: the product's own research (docs/manners.md names it row by row); the rules hold whatever a probe asks for.
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from agent.ask import Certificate, Group, Hops, Neighbours, Nodes, Radio, Request, Snmp, Sweep, Target, Tcp, Udp
from agent.decode.ber import read_message, read_pdu

CONTROL = "a controller may stop what it controls"
SERIAL = "a serial gateway passes bytes on to whatever hangs behind it"
PRINT = "a printer prints what it is sent"
RADIO = "live radio control: listened to, never spoken to"


def _ports(reason: str, *ports: int | range) -> dict[int, str]:
    return {port: reason for item in ports for port in (item if isinstance(item, range) else (item,))}


NEVER_TCP: Mapping[int, str] = {
    **_ports(PRINT, 515, range(9100, 9108)),
    **_ports(CONTROL, 102, 502, 789, 1911, 1962, 2404, 4911, 6607, 9600, 18245, 20000, 44818, 47808),
    **_ports(SERIAL, range(2001, 2033), range(2101, 2117), range(3001, 3017), range(4001, 4011)),
}
NEVER_UDP: Mapping[int, str] = {
    **_ports(CONTROL, 502, 2222, 9600, 18246, 20000, 44818, 47808),
    **_ports(SERIAL, range(4001, 4011)),
    **_ports(RADIO, range(50000, 50003)),
}
# The one question that may be put to a never-touch port, byte for byte: who are you? Probes that put it are off unless asked for
# by name, so that somebody chose it for these devices; anything else on these ports stays forbidden to every probe.
IDENTITY: Mapping[tuple[str, int], re.Pattern[bytes]] = {
    # Modbus: Read Device Identification, basic, of the device itself (unit 255: nothing goes on to a serial line).
    ("tcp", 502): re.compile(rb"[\x00-\xff]{2}\x00\x00\x00\x05\xff\x2b\x0e\x01\x00"),
    # EtherNet/IP: ListIdentity, no session.
    ("udp", 44818): re.compile(rb"\x63\x00\x00{22}"),
    # BACnet: Who-Is, and ReadProperty of a device object's vendor name (121), model name (70) and firmware (44).
    ("udp", 47808): re.compile(
        rb"\x81[\x0a\x0b]\x00\x08\x01\x00\x10\x08"
        rb"|\x81\x0a\x00\x11\x01\x04\x00\x05[\x00-\xff]\x0c\x0c\x02[\x00-\x3f][\x00-\xff]{2}\x19[\x79\x46\x2c]"
    ),
}
SILENT_TCP: Mapping[int, str] = _ports("a binary login port: it may be connected to, nothing may be sent", 8000, 37777)
LINK_UDP: Mapping[int, str] = _ports("answers are 30 times the question: asked on this machine's own links only", 37810)
NEVER_OIDS: Mapping[str, str] = {
    "1.3.6.1.4.1.39165.1.12": "restarts a camera",
    "1.3.6.1.4.1.40297.1.2.2": "controls radio transmitters",
    "1.3.6.1.4.1.3902.3.1.5": "holds a community",
    "1.3.6.1.4.1.3902.3.1.9": "holds the enable secret",
}
NEVER_PATHS: Mapping[str, str] = {  # lower case; a request path that begins so
    "/sdk/weblanguage": "an exploit path: asking trips alarms and adds nothing",
    "/web_caps/webcapsconfig": "discloses the configuration without login",
    "/current_config/": "discloses accounts without login",
    "/system/configurationfile": "discloses the configuration without login",
    "/onvif-http/snapshot": "bypasses the login",
    "/rpc2_login": "a login",
}
READING = frozenset({"GET", "HEAD", "OPTIONS", "DESCRIBE"})
ONVIF_OPEN = re.compile(
    rb"<(\w+:)?(GetSystemDateAndTime|GetCapabilities|GetServices|GetHostname|GetDeviceInformation)\b"
)
IPP_MEDIA = re.compile(rb"(?im)^content-type[ \t]*:[ \t]*application/ipp[ \t]*\r?$")
SECRETS = re.compile(rb"(?im)^(proxy-)?authorization[ \t]*:")
REQUEST_LINE = re.compile(rb"\A([A-Z]{3,20}) (\S+) (?:HTTP|RTSP|SIP)/")
LONGEST_LINE = 512  # bytes: old recorders fall over long headers
DHIP_QUESTION = re.compile(rb'"method"\s*:\s*"([^"]*)"')
SADP_QUESTION = re.compile(rb"<Types>\s*([^<]*?)\s*</Types>")

WORD = re.compile(r"[\w-]+")


def _words(reason: str, text: str) -> dict[str, str]:
    return dict.fromkeys(WORD.findall(text), reason)


CAUTION: Mapping[str, str] = {  # whole words of a registrant's name, lower case
    **_words(
        "makes industrial or building control",
        """rockwell allen-bradley siemens schneider beckhoff omron mitsubishi yokogawa honeywell emerson phoenix wago
        abb hirschmann turck pilz festo keyence bachmann lenze sick ifm balluff fanuc kuka yaskawa
        tridium distech trane carrier daikin automation automations plc scada""",
    ),
    **_words(
        "makes medical devices",
        """medical healthcare philips draeger dräger mindray medtronic baxter fresenius hamilton nihon masimo
        ge-healthcare hospira carefusion welch spacelabs getinge""",
    ),
    **_words("makes UPS units", "apc american-power eaton liebert vertiv tripp riello socomec cyberpower"),
    "american power conversion": "makes UPS units",
    **_words("makes serial gateways", "moxa lantronix digi perle wiznet advantech"),
    **_words(
        "makes printers", "zebra lexmark brother epson kyocera ricoh xerox konica oki sato datamax printronix printer"
    ),
}


PHRASES = ("american power conversion",)  # makers whose single words are everybody's


def caution(registrant: str) -> str | None:
    """Why devices of the maker named `registrant` (of a MAC or an engine id) are not spoken to over TCP; or None."""
    for word in (*WORD.findall(registrant.lower()), *(phrase for phrase in PHRASES if phrase in registrant.lower())):
        if word in CAUTION:
            return CAUTION[word]
    return None


def may(request: Request, target: Target, cautious: bool, on_link: bool = True) -> str | None:
    """Why `request` must not be sent to `target`; None if it may. Scope and budget are judged elsewhere.

    `cautious`: the target is of a maker on the caution list. `on_link`: it is on one of this machine's own links.
    """
    if _asks_who(request):
        return None
    match request:
        case Snmp():
            return _oids(request.oids, walks=request.verb != "get")
        case Tcp() | Certificate():
            return _tcp(request, cautious)
        case Udp():
            return "of a maker on the caution list" if cautious else _udp(request.port, request.payload, on_link)
        case Sweep(kind="udp"):
            return _udp(request.port, request.payload, on_link)
        case Group():
            return _udp(request.port, request.payload, on_link=True)
        case Sweep() | Neighbours() | Nodes() | Hops() | Radio():
            return None


def _asks_who(request: Request) -> bool:
    """Whether it is the one question of IDENTITY: for controllers, so the caution list does not stop it; fragile scopes do."""
    match request:
        case Tcp(tls=False):
            kind = "tcp"
        case Udp() | Group():
            kind = "udp"
        case _:
            return False
    allowed = IDENTITY.get((kind, request.port))
    return allowed is not None and allowed.fullmatch(request.payload) is not None


def _tcp(request: Tcp | Certificate, cautious: bool) -> str | None:
    if cautious:
        return "of a maker on the caution list"
    if request.port in NEVER_TCP:
        return NEVER_TCP[request.port]
    speaks = not isinstance(request, Tcp) or request.tls or request.payload
    if speaks and request.port in SILENT_TCP:
        return SILENT_TCP[request.port]
    return _text(request.payload) if isinstance(request, Tcp) else None


def _udp(port: int, payload: bytes, on_link: bool) -> str | None:
    if port in NEVER_UDP:
        return NEVER_UDP[port]
    if port in LINK_UDP and not on_link:
        return LINK_UDP[port]
    for question, only in ((DHIP_QUESTION, b"DHDiscover.search"), (SADP_QUESTION, b"inquiry")):
        if any(said != only for said in question.findall(payload)):
            return "the same port takes activation, password and address changes: only the search is sent"
    return _snmp(payload) or _text(payload)


def _snmp(payload: bytes) -> str | None:
    """Raw SNMP in a datagram is held to the same rules as `Snmp`."""
    try:
        pdu = read_pdu(read_message(payload)[2])
    except ValueError:
        return None
    if pdu.kind == "set":
        return "SNMP SET is never sent"
    return _oids(tuple(bind.oid for bind in pdu.varbinds), walks=pdu.kind != "get")


def _oids(oids: tuple[str, ...], walks: bool) -> str | None:
    for oid in oids:
        asked = oid.removeprefix(".") + "."
        for prefix, reason in NEVER_OIDS.items():
            # A walk from above would run into it.
            if asked.startswith(prefix + ".") or (walks and f"{prefix}.".startswith(asked)):
                return f"{prefix} {reason}"
    return None


def _text(payload: bytes) -> str | None:
    """HTTP, RTSP and SIP requests: reading methods, no login, no known exploit path, no long line."""
    asked = REQUEST_LINE.match(payload)
    if asked is None:
        return None
    method, path = asked[1].decode(), asked[2].decode("latin-1").lower()
    if method not in READING and not (method == "POST" and (ONVIF_OPEN.search(payload) or _asks_printer(payload))):
        return f"{method} is not a reading method"
    if SECRETS.search(payload):
        return "a request with credentials is a login"
    if any(len(line) > LONGEST_LINE for line in payload.split(b"\r\n\r\n")[0].split(b"\n")):
        return "a line so long that old devices fall over it"
    return next((reason for start, reason in NEVER_PATHS.items() if _begins(path, start)), None)


def _asks_printer(payload: bytes) -> bool:
    """Whether this is IPP's Get-Printer-Attributes and nothing after it: the other operations print, purge and pause."""
    head, _, body = payload.partition(b"\r\n\r\n")
    ends = f"content-length: {len(body)}".encode() in head.lower().split(b"\r\n")
    return ends and IPP_MEDIA.search(head) is not None and body[2:4] == b"\x00\x0b"


def _begins(path: str, start: str) -> bool:
    if "://" in path:  # the absolute form: scheme, host, path
        path = "/" + path.split("://", 1)[1].partition("/")[2]
    return f"{_meant(path)}/".startswith(start)


def _meant(path: str) -> str:
    """The path that a patient server reads: signs written as %41 or twice so, `.`, `..`, `;words` and slashes of either way."""
    path = path.partition("?")[0]
    for _ in range(3):
        path = unquote(path, "latin-1").lower()
    parts: list[str] = []
    for part in path.replace("\\", "/").split("/"):
        part = part.partition(";")[0].strip("\0\t ")
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)
