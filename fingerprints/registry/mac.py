"""Whether a hardware address can say who made something: its 48-bit number, and the reasons why some say nothing."""

_BITS = 48

# Addresses that a standard or a hypervisor made up: their registrant did not build the box that uses them.
_VIRTUAL = {
    "00005e": "virtual: IANA block (VRRP, CARP and protocol addresses)",  # RFC 9542, RFC 9568
    "00000c07ac": "virtual: HSRP",  # RFC 2281
    "00000c9ff": "virtual: HSRP version 2",
    "000573a00": "virtual: HSRP for IPv6",
    "0007b400": "virtual: GLBP",
    "0000000000": "placeholder: zeros",
    "000569": "virtual machine: VMware",
    "000c29": "virtual machine: VMware",
    "001c14": "virtual machine: VMware",
    "005056": "virtual machine: VMware",
    "080027": "virtual machine: VirtualBox",
    "000f4b": "virtual machine: Virtual Iron, Oracle",
    "0021f6": "virtual machine: Oracle VM",
    "0003ff": "virtual machine: Microsoft Virtual PC",
    "00155d": "virtual machine: Hyper-V",
    "00163e": "virtual machine: Xen",
    "001a4a": "virtual machine: oVirt",
    "001c42": "virtual machine: Parallels",
    "506b8d": "virtual machine: Nutanix",
    "589cfc": "virtual machine: bhyve",
}

_BY_SHIFT = {
    _BITS - 4 * width: {int(prefix, 16): why for prefix, why in _VIRTUAL.items() if len(prefix) == width}
    for width in sorted({len(prefix) for prefix in _VIRTUAL})
}

VIRTUAL_24 = frozenset(int(prefix[:6], 16) for prefix in _VIRTUAL)
"""The first 24 bits of every virtual range: an address outside these needs no closer look."""


def number_of(mac: str) -> int | None:
    """The 48-bit number of `aa:bb:cc:dd:ee:ff` (either case), or None for any other text."""
    try:
        octets = bytes.fromhex(mac.replace(":", ""))
    except ValueError:
        return None
    # Twelve digits and five colons in seventeen places: no blank, underscore or sign fits in as well.
    if len(octets) != 6 or len(mac) != 17 or mac[2::3] != ":::::":
        return None
    return int.from_bytes(octets, "big")


def virtual(number: int) -> str | None:
    """The virtual range in which this 48-bit number lies, in words, or None."""
    if number >> 24 not in VIRTUAL_24:
        return None
    for shift, ranges in _BY_SHIFT.items():
        why = ranges.get(number >> shift)
        if why is not None:
            return why
    return None


def why_not_evidence(mac: str) -> str | None:
    """Why this address says nothing about a maker, in words; None when it was burnt in by one."""
    number = number_of(mac)
    if number is None:
        return "not a hardware address"
    if number >> 40 & 1:
        return "multicast or broadcast"
    if number >> 40 & 2:
        return "locally administered"
    return virtual(number)


def is_evidence(mac: str) -> bool:
    """True for an address that a maker burnt in: not random, multicast, virtual, a placeholder or malformed."""
    return why_not_evidence(mac) is None


def is_random(mac: str) -> bool:
    """True for a station's address that its device made up: locally administered, and no group's."""
    number = number_of(mac)
    return number is not None and number >> 40 & 3 == 2 and virtual(number) is None
