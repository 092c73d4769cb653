"""Reads the site: one TOML file per device in lab/devices, found by being there; a fault names the file."""

from pathlib import Path
from typing import TypeVar

import msgspec

from lab.nouns import Device, Site
from model.trouble import Trouble

Kind = TypeVar("Kind")
HERE = Path(__file__).parent


def site(prefix: str = "10.77", folder: Path = HERE / "devices") -> Site:
    """The site with the devices of `folder`, its addresses beginning with `prefix` (two octets)."""
    whole = _decoded(HERE / "site.toml", Site)
    devices = tuple(_device(path) for path in sorted(folder.glob("*.toml")))
    _check(devices)
    return msgspec.structs.replace(whole, prefix=prefix, devices=devices)


def _device(path: Path) -> Device:
    return msgspec.structs.replace(_decoded(path, Device), name=path.stem)


def _decoded(path: Path, kind: type[Kind]) -> Kind:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=kind)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError, ValueError) as fault:
        raise Trouble(
            str(path), f"cannot be read ({fault})", "mend the file; docs/lab.md says what it may hold"
        ) from fault


def _check(devices: tuple[Device, ...]) -> None:
    """No two devices share a MAC or a place, and every switch that is named is there."""
    names = {device.name for device in devices}
    taken: dict[object, str] = {}
    for device in devices:
        for leg in device.legs:
            for key in (leg.mac.lower(), (leg.subnet, leg.host) if leg.host else leg.mac):
                if taken.setdefault(key, device.name) != device.name:
                    raise Trouble(f"lab/devices/{device.name}.toml", f"{key} is also {taken[key]}'s", "give it its own")
        if device.attach and device.attach.switch not in names:
            raise Trouble(
                f"lab/devices/{device.name}.toml", f"no device {device.attach.switch}", "name a switch of the lab"
            )
