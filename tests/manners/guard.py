"""A switch port that shuts at too many ARP requests, the lab's own, put on a bench: `python -m tests.manners.guard PORT RATE FILE`."""

from __future__ import annotations

import select
import sys
from pathlib import Path

from lab.net.security import PortSecurity


def main(port: str, rate: int, log: Path) -> None:
    """Until it is ended; FILE says so once it has shut."""
    guard = PortSecurity(port, rate, log.write_text)  # type: ignore[arg-type]
    print("ready", flush=True)  # noqa: T201 - whoever started it waits for this line
    while True:
        select.select([guard.socket], [], [], 1)
        guard.take()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
