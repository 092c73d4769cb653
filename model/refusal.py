"""Refusal: what a collector answers to what it does not take, in one shape for every path."""

import msgspec


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """`error`: a stable code; `what`, `remedy`: words. `final`: asking again brings the same.

    `now`: the collector's time, with error `clock`. `offset`: with error `offset`, where the next piece of an upload must start.
    """

    error: str
    what: str
    remedy: str
    final: bool = False
    now: str = ""
    offset: int | None = None
