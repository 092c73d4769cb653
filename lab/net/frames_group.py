"""Announcements that are plain text in one datagram to a group: SSDP NOTIFY, WS-Discovery Hello, SADP hello."""

from collections.abc import Iterator

from lab.net.frames import datagram
from lab.nouns import Device, Leg, Say, Site
from lab.speech.setting import filled

MAKERS = (37020, 37810)  # protocols that are a maker's name: nobody speaks them in an anonymous site


def frames(site: Site, device: Device, leg: Leg, say: Say) -> Iterator[bytes]:
    """`text` to `group` and `port`, a line feed in it going out as CR LF; from the link-local address to a v6 group."""
    if site.anonymous and say.port in MAKERS:
        return
    source = site.addresses6(leg)[1] if ":" in say.group else site.address(leg)
    body = filled(site, device, say.text).replace("\n", "\r\n").encode()
    yield datagram(source, leg.mac, say.group, (say.port, say.port), body)
