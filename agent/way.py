"""The first step of the way to an address, from this machine's own routes and neighbours. Nothing is sent."""

import socket
from collections.abc import Mapping

from agent.links import neighbours_of
from model.trouble import Trouble


def gateway(address: str) -> Mapping[str, str]:
    """{"kind": "gateway", "interface", "address", "mac"}; address and mac "" where the way needs no gateway or it is unknown."""
    from pyroute2 import IPRoute, NetlinkError

    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with IPRoute() as kernel:
            attrs = dict(next(iter(kernel.route("get", dst=address, family=family)))["attrs"])
        interface = socket.if_indextoname(attrs["RTA_OIF"])
    except (OSError, NetlinkError, KeyError, StopIteration) as fault:
        raise Trouble(
            f"--upstream {address}", f"this machine has no route to it ({fault})", "check the address"
        ) from None
    via = str(attrs.get("RTA_GATEWAY", ""))
    macs = [row["mac"] for row in neighbours_of(interface) if row["address"] == via]
    return {"kind": "gateway", "interface": interface, "address": via, "mac": next(iter(macs), "")}
