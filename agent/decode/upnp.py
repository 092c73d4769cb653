"""UPnP device descriptions (UPnP Device Architecture 1.1 section 2.3): the root device's own words. Pure, bounded.

No document type, no entity, no outer reference is followed (defusedxml); a document beyond 64 KB or nested deeper than
LEVELS is no description.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from agent.decode import gpon
from agent.decode.say import said
from model.claims import Fact

MAX_SIZE, LEVELS = 65_536, 24
KEYS = {
    "manufacturer": "upnp.manufacturer",
    "manufacturerURL": "upnp.manufacturer_url",
    "modelName": "upnp.model_name",
    "modelNumber": "upnp.model_number",
    "modelDescription": "upnp.model_description",
    "serialNumber": "upnp.serial",
    "friendlyName": "upnp.friendly_name",
    "UDN": "upnp.udn",
}
_OPEN = re.compile(rb"<([^/!?<>][^<>]{0,1024}?)(/?)>|</")


def read(document: bytes) -> dict[str, str]:
    """{element: text} of the root device; embedded devices (a gateway's WAN device) repeat it with less. ValueError for none."""
    if len(document) > MAX_SIZE or _depth(document) > LEVELS:
        raise ValueError("too long or too deep for a description")
    try:
        root = fromstring(document.strip(b"\0 \t\r\n"), forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, UnicodeError) as fault:
        raise ValueError(f"no XML: {type(fault).__name__}") from None
    device = next((child for child in root if _name(child) == "device"), None)
    if _name(root) != "root" or device is None:
        raise ValueError("no device description")
    found: dict[str, str] = {}
    for child in device:
        if _name(child) in KEYS and child.text:
            found.setdefault(_name(child), " ".join(child.text.split()))
    return found


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _depth(document: bytes) -> int:
    deepest = level = 0
    for found in _OPEN.finditer(document):
        if found[1] is None:
            level -= 1
        elif not found[2]:
            level += 1
            deepest = max(deepest, level)
    return deepest


def facts(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`upnp.manufacturer`, `upnp.model_name` and its kin out of a description; nothing from anything else."""
    try:
        found = read(payload)
    except ValueError:
        return
    for element, key in KEYS.items():
        value = found.get(element, "")
        yield from said(evidence, about, key, value.removeprefix("uuid:") if element == "UDN" else value)
    if terminal := gpon.serial(found.get("serialNumber", "")):  # by which its OLT knows it, too
        yield from said(evidence, about, "upnp.gpon_serial", terminal)
