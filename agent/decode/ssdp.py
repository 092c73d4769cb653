"""SSDP: answers to M-SEARCH and NOTIFY announcements (UPnP Device Architecture 1.1 section 1). Pure, bounded."""

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from agent.decode.http import message
from agent.decode.say import said
from model.claims import Fact

MAX_SIZE = 8_192  # bytes: a head is a few hundred
_NOTIFY = re.compile(rb"\ANOTIFY \* HTTP/1\.\d\r?\n")
_UDN = re.compile(r"uuid:([0-9A-Za-z-]{8,64})")
_KEYS = {"server": "upnp.server", "st": "ssdp.st", "nt": "ssdp.st", "usn": "ssdp.usn", "location": "ssdp.location"}


class Found(msgspec.Struct, frozen=True):
    """One answer or announcement; texts are "" where the header is missing."""

    server: str = ""
    st: str = ""
    usn: str = ""
    location: str = ""


def read(payload: bytes) -> Found:
    """The headers of an answer or a NOTIFY that a thing is there; ValueError for anything else, searches included."""
    head = _NOTIFY.sub(b"HTTP/1.1 200 OK\r\n", payload[:MAX_SIZE], count=1)
    found = message(head) if head.lstrip()[:5] == b"HTTP/" else None
    if found is None or found.status != 200:
        raise ValueError("no SSDP answer")
    if found.header("nts").lower() == "ssdp:byebye":
        raise ValueError("somebody leaves")
    values = {key: found.header(key) for key in ("server", "usn", "location")}
    said_of = Found(st=found.header("st") or found.header("nt"), **values)
    if not (said_of.st or said_of.usn):
        raise ValueError("an answer of HTTP, not of SSDP")
    return said_of


def facts(evidence: str, about: str, payload: bytes, address: str = "") -> Iterator[Fact]:
    """`upnp.server`, `ssdp.st`, `ssdp.usn`, `ssdp.location`, `upnp.udn`; nothing from rubbish or from searches.

    `address`: the speaker's, where it is known (an `about` of `host:ADDRESS` says it too). Of a description that lies at another
    host it is a repeater who speaks: then they are about `neighbor:ssdp.HOST`.
    """
    try:
        found = read(payload)
    except ValueError:
        return
    other = _elsewhere(found.location, address or about.removeprefix("host:"))
    if other:
        about = f"{'' if about == 'self' else about + '/'}neighbor:ssdp.{other}"
        yield from said(evidence, about, "ip.address", other)
    for name in ("server", "st", "usn", "location"):
        yield from said(evidence, about, _KEYS[name], getattr(found, name))
    udn = _UDN.match(found.usn)
    if udn:
        yield from said(evidence, about, "upnp.udn", udn[1])


def _elsewhere(location: str, speaker: str) -> str:
    """The address of the same family, and not the speaker's, at which the description lies; "" where it is none such."""
    try:
        there = ipaddress.ip_address((urlsplit(location).hostname or "").partition("%")[0])
        here = ipaddress.ip_address(speaker.partition("%")[0])
    except ValueError:
        return ""
    foreign = there.version == here.version and there != here
    # One host has many IPv6 addresses, and a loopback or unset address is a fault of its own, no other host.
    return str(there) if foreign and there.version == 4 and not (there.is_loopback or there.is_unspecified) else ""
