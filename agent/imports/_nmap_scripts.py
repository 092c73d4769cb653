"""Which outputs of nmap's scripts quote the device, and under which fact key; which hold secrets."""

import re
from collections.abc import Iterator

from agent.decode.say import said
from model.claims import Fact

_GUESSING = re.compile(r"brute|default-accounts|creds|passwd|password|snmp-win32-users|-enum-users")
_SECRET = re.compile(
    r"(?i)(\b(?:set-cookie|cookie|authorization|proxy-authorization):\s*(?:[^=;\s]+=|\w+\s+)?)([^;\s]+)"
)
_NONCE = re.compile(r'(?i)(\b(?:nonce|opaque|cnonce|response)=)("[^"]*"|[^,\s]+)')
_NO_TITLE = re.compile(r"^(?:Site doesn't have a title|Did not follow redirect|Requested resource was|ERROR)")
_NAMES = {
    "commonName": "CN",
    "organizationalUnitName": "OU",
    "organizationName": "O",
    "localityName": "L",
    "stateOrProvinceName": "ST",
    "countryName": "C",
}
_PART = re.compile(rf"(?:^|/)({'|'.join(_NAMES)}|emailAddress)=")
_HOST_KEY = re.compile(r"^[ \t]*\d+ (\S+) \((\S+)\)[ \t\r]*$", re.MULTILINE)
_SSH = re.compile(r"^SSH-\d\.\d+-(.*)")


def guesses(script: str) -> bool:
    """Whether a script's output holds credentials or accounts: it is left out of the evidence."""
    return _GUESSING.search(script) is not None


def masked(text: str) -> str:
    """The text with values of cookies, authorization headers and nonces overwritten, length kept."""
    text = _SECRET.sub(lambda found: found[1] + "*" * len(found[2]), text)
    return _NONCE.sub(lambda found: found[1] + "*" * len(found[2]), text)


def facts(evidence: str, service: str, script: str, output: str) -> Iterator[Fact]:
    """Facts about self in one script's output; nothing for a script that quotes no device."""
    if script == "http-server-header":
        for line in filter(None, map(str.strip, output.splitlines())):
            yield from said(evidence, "self", "http_header.server", line)
    elif script == "http-title" and not _NO_TITLE.match(output):
        yield from said(evidence, "self", "html_title", output.split("\n")[0])
    elif script == "ssl-cert":
        yield from _certificate(evidence, output)
    elif script == "ssh-hostkey":
        for found in _HOST_KEY.finditer(output):
            yield from said(evidence, "self", "ssh.host_key", f"{found[2]} {found[1]}")
    elif script == "snmp-sysdescr":
        text = re.split(r"\n\s*System uptime:", output)[0]
        yield from said(evidence, "self", "snmp.sys_description", text)
    elif script == "banner":
        yield from _banner(evidence, service, output)


def _certificate(evidence: str, output: str) -> Iterator[Fact]:
    for line in output.splitlines():
        word, colon, name = line.partition(": ")
        if colon and word in ("Subject", "Issuer"):
            yield from said(evidence, "self", f"x509.{word.lower()}", distinguished(name))


def distinguished(name: str) -> str:
    """`commonName=a/organizationName=b` as `CN=a,O=b`, in the order written."""
    parts = _PART.split(name)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=False)
    return ",".join(f"{_NAMES.get(key, key)}={value.replace(',', chr(92) + ',')}" for key, value in pairs)


def _banner(evidence: str, service: str, output: str) -> Iterator[Fact]:
    ident = _SSH.match(output)
    if ident:
        yield from said(evidence, "self", "ssh.banner", ident[1])
    elif service in ("ftp", "smtp"):
        yield from said(evidence, "self", f"{service}.banner", re.sub(r"^220[ -]", "", output))
    elif service == "telnet":
        yield from said(evidence, "self", "telnet.banner", output)
