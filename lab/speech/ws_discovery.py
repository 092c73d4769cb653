"""Answers a WS-Discovery Probe (April 2005, sections 5.2 and 5.3): one without types, or with one of the port's own types."""

import re
from collections.abc import Callable
from uuid import NAMESPACE_OID, uuid5
from xml.sax.saxutils import escape

from lab.speech.setting import Setting

_ID = re.compile(r"<(?:\w+:)?MessageID[^>]*>\s*([^<\s]{1,100})\s*</")
_PROBE = re.compile(r"<(?:\w+:)?Probe(?:\s[^>]*)?/?>")
_TYPES = re.compile(r"<(?:\w+:)?Types[^>]*>([^<]*)</")
_REPLY = """<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"
 xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:wprt="http://schemas.microsoft.com/windows/2006/08/wdp/print">
<s:Header><a:RelatesTo>{asked}</a:RelatesTo><a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action></s:Header>
<s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:{uuid}</a:Address></a:EndpointReference>
<d:Types>{types}</d:Types><d:Scopes>{scopes}</d:Scopes><d:XAddrs>{xaddrs}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>
</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>
"""


def answers(setting: Setting) -> Callable[[bytes], bytes | None]:
    """`answer` of the port holds lines `types: ...`, `scopes: ...`, `xaddrs: ...`, blanks between the items."""
    return lambda asked: _reply(setting, asked.decode("utf-8", "replace"))


def _reply(setting: Setting, asked: str) -> bytes | None:
    token, wanted = _ID.search(asked), _TYPES.search(asked)
    setting.note("WS-Discovery Probe" if _PROBE.search(asked) else "WS-Discovery something else")
    lines = (line.partition(":") for line in setting.filled(setting.port.answer).strip().splitlines())
    own = {name.strip(): " ".join(value.split()) for name, _, value in lines}
    if token is None or not _PROBE.search(asked) or not _fits(wanted[1] if wanted else "", own.get("types", "")):
        return None
    items = {name: escape(own.get(name, "")) for name in ("types", "scopes", "xaddrs")}
    uuid = uuid5(NAMESPACE_OID, setting.device.mac)
    return _REPLY.format(asked=escape(token[1]), uuid=uuid, **items).encode()


def _fits(wanted: str, own: str) -> bool:
    """Every type that is wanted is one of the device's own, whatever prefix is written."""
    has = {name.rpartition(":")[2] for name in own.split()}
    return all(name.rpartition(":")[2] in has for name in wanted.split())
