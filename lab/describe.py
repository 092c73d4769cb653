"""Writes what a scanner is told of the site: targets, credentials as files, port map; and, apart, the truth."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from lab.net.loopback import NOT_SIMULATED
from lab.net.modes import Choice
from lab.nouns import Device, Leg, Site
from lab.snmp.usm import User
from lab.speech.setting import Keys
from lab.truth import expected


class Limits(msgspec.Struct, frozen=True):
    """What this run cannot show, in words; `six`: does it speak IPv6?"""

    not_simulated: tuple[str, ...] = NOT_SIMULATED
    six: bool = False


class Files(msgspec.Struct, frozen=True):
    """Where the lab's files lie, all in one folder that only its owner may read."""

    folder: Path

    @property
    def site(self) -> Path:
        return self.folder / "site.json"

    @property
    def log(self) -> Path:
        return self.folder / "log.jsonl"

    @property
    def capture(self) -> Path:
        return self.folder / "capture.pcap"

    @property
    def mirror(self) -> Path:
        return self.folder / "mirror.pcap"

    @property
    def truth(self) -> Path:
        return self.folder / "truth.json"

    @property
    def port_map(self) -> Path:
        return self.folder / "ports.json"


def new_keys() -> Keys:
    """Fresh credentials for one run, so that a leaked one can be searched for."""
    user = User(name="lab-reader", auth=secrets.token_hex(12), priv=secrets.token_hex(12))
    return Keys(community=f"lab-{secrets.token_hex(8)}", user=user)


def write(
    site: Site, choice: Choice, keys: Keys, ports: Mapping[str, Mapping[str, int]], files: Files, limits: Limits
) -> dict[str, Any]:
    """Writes all files; gives the description that stands in `site.json`."""
    whole = describe(site, choice, files, limits)
    whole["credentials"] = _credentials(site, keys, files.folder, limits.six)
    _put(files.truth, msgspec.json.format(msgspec.json.encode(expected(site, choice.mode, limits.six))))
    if choice.mode == "loopback":
        _put(files.port_map, msgspec.json.format(msgspec.json.encode(ports)))
    _put(files.site, msgspec.json.format(msgspec.json.encode(whole)))
    return whole


def describe(site: Site, choice: Choice, files: Files, limits: Limits) -> dict[str, Any]:
    """The description but for its credentials. Addresses as text; `interface` null in loopback mode.

    `targets`: IPv4 first, then the IPv6 prefixes, none where the machine has no IPv6; `upstream` is the farthest hop.
    """
    wired = choice.mode != "loopback"
    inside = [str(site.network(subnet.number)) for subnet in site.subnet if subnet.in_scope and subnet.ipv4]
    outside = [str(site.network(subnet.number)) for subnet in site.subnet if not subnet.in_scope]
    desk = Leg(subnet=1, host=site.desk_host, mac=site.desk_mac, ipv6=site.desk_ipv6 if limits.six else "")
    return {
        "schema": "laydown.lab/1",
        "synthetic": True,
        "mode": choice.mode,
        "reason": choice.reason,
        "devices": len(site.devices),
        "anonymous": site.anonymous,
        "targets": inside + (_inside6(site) if limits.six else []),
        "exclusions": [site.address(device.legs[0]) for device in site.devices if device.excluded],
        "not_in_scope": outside,
        "interface": "eth0" if wired else None,
        "desk": _desk(site, desk) if wired else None,
        "upstream": site.address(site.device(site.upstream).legs[0]) if wired and site.upstream else None,
        "port_map": None if wired else str(files.port_map),
        "not_simulated": list(limits.not_simulated),
        "log": str(files.log),
        "capture": str(files.capture) if wired else None,
        "truth": str(files.truth),
    }


def _inside6(site: Site) -> list[str]:
    return [str(site.network6(subnet.number)) for subnet in site.subnet if subnet.in_scope]


def _desk(site: Site, leg: Leg) -> dict[str, Any]:
    return {"address": site.address(leg), "addresses6": site.addresses6(leg), "mac": leg.mac}


def _credentials(site: Site, keys: Keys, folder: Path, six: bool) -> list[dict[str, Any]]:
    secret = {"community": keys.community, "auth": keys.user.auth, "priv": keys.user.priv}
    for name, value in secret.items():
        _put(folder / f"snmp.{name}", value.encode())
    v3 = {"user": keys.user.name, "auth": "sha256", "priv": "aes256"}
    v3 |= {"auth_file": str(folder / "snmp.auth"), "priv_file": str(folder / "snmp.priv")}
    v2c = {"community_file": str(folder / "snmp.community")}
    return [
        {"name": "lab-v3", "kind": "snmp", "version": "3", "scopes": _readable(site, "v3", six), **v3},
        {"name": "lab-v2c", "kind": "snmp", "version": "2c", "scopes": _readable(site, "v2c", six), **v2c},
    ]


def _readable(site: Site, version: str, six: bool) -> list[str]:
    """Addresses of the devices that let this version read; version 2c is offered to whole subnets, as sites do."""
    if version == "v2c":
        four = [str(site.network(subnet.number)) for subnet in site.subnet if subnet.in_scope and subnet.ipv4]
        return four + (_inside6(site) if six else [])
    return [site.address(device.legs[0]) for device in site.devices if _lets(device, version)]


def _lets(device: Device, version: str) -> bool:
    return device.snmp is not None and version in device.snmp.access and not device.excluded


def _put(path: Path, body: bytes) -> None:
    """A file that only its owner reads."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(body)
