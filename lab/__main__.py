"""`python -m lab [--mode M] [--time S] [--dir D] [--anonymous] [-- COMMAND ...]`: a simulated site."""

import argparse
import sys

from lab.run import Wish, run
from model.trouble import Trouble, UsageTrouble


def main(words: list[str]) -> int:
    """Exit code: the command's own; 1 for trouble, 2 for wrong usage, 124 if --time ran out."""
    asked = _parser().parse_args(words)
    command = tuple(asked.command[1:] if asked.command[:1] == ["--"] else asked.command)
    wish = Wish(
        mode=asked.mode,
        seconds=asked.time,
        folder=asked.dir,
        anonymous=asked.anonymous,
        quiet=asked.quiet,
        port_security=asked.port_security,
        mirror=asked.mirror,
        texts=asked.texts,
        crowd=asked.crowd,
        command=command,
    )
    try:
        return run(wish)
    except Trouble as fault:
        sys.stderr.write(f"{fault}\n")
        return 2 if isinstance(fault, UsageTrouble) else 1


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m lab",
        description="Puts up a simulated site, says so in one JSON line, runs COMMAND at its desk with LAB_SITE set.",
        epilog="Example: python -m lab --time 600 --dir /tmp/lab -- bash",
    )
    made.add_argument("--mode", default="auto", choices=("auto", "namespaces", "user", "loopback"))
    made.add_argument("--time", type=float, default=0, metavar="SECONDS", help="end everything after this long")
    made.add_argument(
        "--dir", default="", help="keep site.json, log, capture and truth here (otherwise a temporary folder)"
    )
    made.add_argument(
        "--anonymous", action="store_true", help="strip every maker's name, number and OUI from every answer"
    )
    made.add_argument(
        "--port-security",
        type=int,
        default=0,
        metavar="RATE",
        help="shut the desk's switch port at more ARP requests a second (namespace modes only)",
    )
    made.add_argument(
        "--texts", default="", metavar="FOLDER", help="write terminal logs of the switches, and DHCP leases, there"
    )
    made.add_argument(
        "--crowd", type=int, default=0, metavar="N", help="N more simple devices; the desk's subnet becomes a /24"
    )
    made.add_argument("--mirror", action="store_true", help="capture every switch port, too, in mirror.pcap")
    made.add_argument("--quiet", action="store_true", help="do not print the JSON line; site.json holds it too")
    made.add_argument("command", nargs=argparse.REMAINDER)
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
