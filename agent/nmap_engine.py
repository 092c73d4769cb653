"""nmap's service probes, where the operator wants their breadth (`--engine nmap`): one host at a time, its open ports alone.

What keeps it a guest: connections only (no raw packets), one at a time, our rate as `--max-rate`, no scripts (snmp-info
guesses communities), no port that is never touched, and no host that is on the caution list or a camera: the scan asks
before it calls. nmap's XML is the evidence; its products are nmap's opinion.
"""

import contextlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from agent.imports import nmap_xml
from agent.manners import NEVER_TCP, SILENT_TCP
from model.evidence import Evidence, Observation
from model.times import written
from model.trouble import Trouble

PROBE = nmap_xml.KIND
SECONDS = 120  # nmap gives up a host by then
INTENSITY = 5  # of nmap's 0..9: rarer probes are those that old servers fall over
CAMERA_PORTS = frozenset({554, 8000, 8554, 8899, 34567, 37777})
MEND = "install nmap, or leave --engine nmap out"


def lacks() -> str:
    """ "" if nmap can be run here, else what is missing."""
    with contextlib.suppress(Exception):
        _scanner()
        return ""
    return "nmap is not installed"


def ports(open_: Iterable[int]) -> list[int]:
    """Those of a host's open ports that nmap may speak to."""
    return sorted(set(open_) - NEVER_TCP.keys() - SILENT_TCP.keys())


def words(rate: float) -> str:
    """What nmap is told, but for the host and its ports."""
    return (
        f"-sT -Pn -n --unprivileged -sV --version-intensity {INTENSITY} --max-parallelism 1 --max-rate {rate:g} "
        f"--max-retries 1 --host-timeout {SECONDS}s --noninteractive"
    )


def ask(address: str, open_: Iterable[int], rate: float, vantage: str, now: datetime) -> Iterator[Evidence]:
    """What nmap saw of `address`. `rate`: packets/s to one host. Trouble if nmap did not run."""
    chosen = ports(open_)
    if not chosen:
        return
    told, where = words(rate), ",".join(map(str, chosen))
    first = Observation(PROBE, vantage, address, f"nmap {told} -p {where}", "answered", written(now))
    try:
        yield from nmap_xml.seen(_run(address, where, told), first)
    except ValueError as fault:
        raise Trouble(f"nmap on {address}", str(fault), "run it by hand and import its XML") from None


def _run(address: str, where: str, told: str) -> bytes:
    from nmap import PortScannerError

    try:
        scanner = _scanner()
        scanner.scan(
            hosts=address, ports=where, arguments=told + (" -6" if ":" in address else ""), timeout=SECONDS + 30
        )
        output = scanner.get_nmap_last_output()
    except PortScannerError as fault:
        raise Trouble(f"nmap on {address}", str(fault).strip("'\" \n")[:200] or "it failed", MEND) from None
    return output if isinstance(output, bytes) else str(output).encode()


def _scanner() -> Any:
    from nmap import PortScanner, PortScannerError

    try:
        return PortScanner()
    except PortScannerError:
        raise Trouble("nmap", "is not installed", MEND) from None
