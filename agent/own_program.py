"""How a part of this program is started as a process of its own: never with what lies in the folder that somebody works in."""

import sys


def own_program(*words: str) -> list[str]:
    """The command line of this very Python. Without -P, `-m` and `-c` would take modules from the working folder first:
    a stranger's folder that holds an `agent` or a `scapy` would be run, with the rights to raw frames."""
    return [sys.executable, "-P", *words]
