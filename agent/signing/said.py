"""What verifying says of one thing, and the three words for how it stands."""

import msgspec

OK, FAILED, UNCHECKED = "ok", "FAILED", "NOT CHECKED"


class Said(msgspec.Struct, frozen=True):
    """One thing verified. `state`: ok, FAILED or NOT CHECKED; `why`: in words, "" where nothing is to be added."""

    what: str
    state: str
    why: str = ""
