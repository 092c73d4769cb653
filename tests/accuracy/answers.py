"""A banner put back into the answer it was a field of, for programs that read whole answers."""

from __future__ import annotations

from collections.abc import Callable

Frame = tuple[str, Callable[[bytes], bytes]]  # nmap's probe that such an answer is given to, and the frame


def _headed(first: bytes, name: bytes) -> Callable[[bytes], bytes]:
    return lambda text: first + b"\r\n" + name + b": " + text + b"\r\n\r\n"


def _page(text: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    return head + b"<html><head><title>" + text + b"</title></head><body></body></html>"


FRAMES: dict[str, Frame] = {
    "http_header.server": ("GetRequest", _headed(b"HTTP/1.1 200 OK", b"Server")),
    "http_header.wwwauth": ("GetRequest", _headed(b"HTTP/1.1 401 Unauthorized", b"WWW-Authenticate")),
    "http_header.cookie": ("GetRequest", _headed(b"HTTP/1.1 200 OK", b"Set-Cookie")),
    "html_title": ("GetRequest", _page),
    "ssh.banner": ("NULL", lambda text: b"SSH-2.0-" + text + b"\r\n"),
    "ftp.banner": ("NULL", lambda text: b"220 " + text + b"\r\n"),
    "smtp.banner": ("NULL", lambda text: b"220 " + text + b"\r\n"),
    "pop3.banner": ("NULL", lambda text: b"+OK " + text + b"\r\n"),
    "imap4.banner": ("NULL", lambda text: b"* OK " + text + b"\r\n"),
    "nntp.banner": ("NULL", lambda text: b"200 " + text + b"\r\n"),
    "telnet.banner": ("NULL", lambda text: text),
    "sip_header.server": ("SIPOptions", _headed(b"SIP/2.0 200 OK", b"Server")),
    "sip_header.user_agent": ("SIPOptions", _headed(b"SIP/2.0 200 OK", b"User-Agent")),
    "rtsp_header.server": ("RTSPRequest", _headed(b"RTSP/1.0 200 OK", b"Server")),
}


def answer(field: str, text: str) -> tuple[bytes, str] | None:
    """(answer, probe) of a banner; None where its field is in no answer that nmap's service probes ask for."""
    if field not in FRAMES:
        return None
    probe, frame = FRAMES[field]
    return frame(text.encode("utf-8", "replace")), probe
