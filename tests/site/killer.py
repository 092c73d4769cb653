"""At the desk of the lab: begins a scan, kills it without warning at several moments, lets it go on to its end.

`python -m tests.site.killer DIR`: DIR/out is the scan's; DIR/kills.json gets the moments, in seconds since the epoch.
"""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

MOMENTS = (
    ("ssdp on eth0", 0.4),  # questions to all stations, whose answers come spread over seconds
    ("arp_sweep: ", 0.25),
    ("snmp: ", 1.0),  # tables
    ("tcp_ports: ", 2.0),  # ports and services
    ("tcp_ports: ", 9.0),
)
TOO_LONG = 90.0


def killed(folder: Path, word: str, after: float) -> float:
    """When a scan that had said `word` was killed, `after` seconds later."""
    child = _begin(folder)
    assert child.stderr
    while word not in (line := child.stderr.readline()):
        assert line, f"the scan ended before it said {word!r}"
    threading.Thread(target=child.stderr.read, daemon=True).start()  # so that it never waits for us
    time.sleep(after)
    assert child.poll() is None, f"the scan was over {after} s after {word!r}"
    child.kill()
    at = time.time()
    child.wait(10)
    return at


def _begin(folder: Path) -> "subprocess.Popen[str]":
    line = [sys.executable, "-B", "-m", "agent.demo_desk", str(folder)]
    return subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def main(room: Path) -> int:
    """The last scan's exit code."""
    kills = [killed(room / "out", *moment) for moment in MOMENTS]
    (room / "kills.json").write_text(json.dumps(kills))
    last = _begin(room / "out")
    _, said = last.communicate(timeout=TOO_LONG)
    sys.stderr.write(said)
    return last.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
