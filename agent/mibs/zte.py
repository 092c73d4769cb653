"""ZTE's objects for description, version and serial, and the card types of its access nodes.

Source: fingerprints section 2.4. The neighbours 3902.3.1.5 and .9 hold secrets and are never asked for.
"""

from collections.abc import Callable, Iterator

from agent.decode.say import said
from agent.decode.walk import Walk
from agent.mibs import _scalars
from model.claims import Fact

_KEYS = {
    "1.3.6.1.4.1.3902.3.1.3.0": "zte.description",
    "1.3.6.1.4.1.3902.3.1.6.0": "zte.firmware",
    "1.3.6.1.4.1.3902.3.1.2.0": "zte.serial",
}
CARD = "1.3.6.1.4.1.3902.1082.10.1.2.4.1.4"
ROOTS = (CARD,)
SCALARS = tuple(_KEYS)


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """Facts about self, and `zte.card_type` about `component:card.<index>`."""
    for fact in _scalars.texts(walk, evidence_of, _KEYS):
        if (fact.key, fact.value) != ("zte.serial", "0"):  # an INTEGER: zero says that none was set
            yield fact
    for index, value in walk.texts(CARD).items():
        yield from said(evidence_of(f"{CARD}.{index}"), f"component:card.{index}", "zte.card_type", value)
