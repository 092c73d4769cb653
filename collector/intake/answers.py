"""Refusals that several parts of the intake give in the same words."""

from collector.refused import Refused


def unsigned(what: str, remedy: str = "sign it with the key that is enrolled, or enrol again") -> Refused:
    """Not signed by an agent of ours. `what` tells no stranger which keys are known."""
    return Refused(401, "signature", what, remedy)
