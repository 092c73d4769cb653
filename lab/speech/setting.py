"""What a port knows while it talks: its site, device and declaration, the lab's credentials, the clock and the log."""

from collections.abc import Callable

import msgspec

from lab.nouns import Device, Port, Site
from lab.snmp.usm import User


class Keys(msgspec.Struct, frozen=True):
    """The lab's own credentials: one community, one version 3 user."""

    community: str
    user: User


class Setting(msgspec.Struct, frozen=True):
    """Where and as whom a port talks. `note` writes one event to the lab's log."""

    site: Site
    device: Device
    port: Port
    keys: Keys
    clock: Callable[[], float]
    note: Callable[[str], None]

    def filled(self, text: str) -> str:
        """See `filled` below."""
        return filled(self.site, self.device, text)


def filled(site: Site, device: Device, text: str) -> str:
    """`text` with the device's `@address@`, `@mac@` and `@mac-dashes@` put in."""
    named = {
        "@address@": next(iter(site.addresses(device.legs[0])), ""),
        "@mac@": device.mac,
        "@mac-dashes@": device.mac.replace(":", "-"),
    }
    for name, value in named.items():
        text = text.replace(name, value)
    return text
