"""ONVIF's device service: the two questions asked without login, and the facts in their answers. Pure.

Shape: SOAP 1.2 over HTTP POST to /onvif/device_service. GetSystemDateAndTime is free to everybody (ONVIF Core, access class
PRE_AUTH); GetDeviceInformation needs a login by the book, and many devices answer it without.
"""

from collections.abc import Iterator

from agent.decode import http
from agent.decode.say import said
from agent.decode.xml import Node, tree
from model.claims import Fact

PATH = "/onvif/device_service"
SERVICE = "http://www.onvif.org/ver10/device/wsdl"
TIME, DEVICE = "GetSystemDateAndTime", "GetDeviceInformation"
FIELDS = {
    "Manufacturer": "onvif.manufacturer",
    "Model": "onvif.model",
    "FirmwareVersion": "onvif.firmware",
    "SerialNumber": "onvif.serial",
    "HardwareId": "onvif.hardware_id",
}


def request(call: str, address: str, port: int) -> bytes:
    """One call as a whole HTTP request. `call`: TIME or DEVICE."""
    body = (
        '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
        f'<s:Body><{call} xmlns="{SERVICE}"/></s:Body></s:Envelope>'
    )
    lines = (
        f"POST {PATH} HTTP/1.1",
        f"Host: {http.host(address)}" + ("" if port == 80 else f":{port}"),
        "User-Agent: laydown",
        f'Content-Type: application/soap+xml; charset=utf-8; action="{SERVICE}/{call}"',
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    return ("\r\n".join((*lines, "", "")) + body).encode("ascii")


def answer(payload: bytes, call: str) -> Node | None:
    """The response element to `call` in an HTTP answer; None for a fault, a page, a wish for a login."""
    found = http.message(payload)
    if found is None or found.status != 200:
        return None
    try:
        return next(tree(found.body).all(f"{call}Response"), None)
    except ValueError:
        return None


def ends(payload: bytes) -> bool:
    """Whether no other port need be asked: SOAP answered, be it with a fault, or a login is wanted."""
    found = http.message(payload)
    if found is None:
        return False
    if found.status in (401, 403):
        return True
    try:
        return any(node.name == "Envelope" for node in tree(found.body).children)
    except ValueError:
        return False


def facts(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`onvif.manufacturer`, `.model`, `.firmware`, `.serial`, `.hardware_id` of an answer to GetDeviceInformation."""
    found = answer(payload, DEVICE)
    for name, key in FIELDS.items() if found is not None else ():
        yield from said(evidence, about, key, found.said(name) if found is not None else "")
