"""What a named person saw: the body of an observation by probe `person`, and the words it may hold."""

from collections.abc import Mapping

import msgspec

from model.claims import Fact
from model.evidence import Evidence, Observation, observed

PROBE, MEDIA = "person", "application/json"
ABOUT = "person:"
# {what: what it says}. In reports and facts they bear the prefix `person.`.
WORDS = {
    "maker": "the maker's or brand's name as the label bears it",
    "model": "the model as the label bears it",
    "serial": "the serial number as the label bears it",
    "firmware": "the firmware's version as a screen or label shows it",
    "built": "when the label says that it was built (2021-06, or a day)",
    "purchase": "the record of purchase: order, date, seller",
    "removed": "the day on which it was taken out of use",
    "photo": "digest of a photograph of the label, and its size",
    "place": "where it stands",
    "note": "anything else",
}
LONGEST = 400  # signs of one word
Anchor = tuple[
    str, ...
]  # vantage, target, a written time; and what the target's tables call it where they alone name it


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`device`: its id when it was said. `seen`: the sighting that it was said of; `macs`: none by this program.

    `on`: the ISO day of looking.
    """

    by: str
    on: str
    device: str
    seen: tuple[Anchor, ...]
    macs: tuple[str, ...] = ()
    words: dict[str, str] = {}


_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(Word).decode


def noted(word: Word, seen_at: str) -> Evidence:
    """The word as evidence. `seen_at`: when it was written down."""
    note = Observation(PROBE, f"{PROBE}:{word.by}", word.device, "what was seen on it", "noted", seen_at)
    return observed(note, _encode(word), MEDIA)


def word_of(evidence: Evidence) -> Word:
    """The word of a `person` observation; msgspec.MsgspecError where the body is none."""
    return _decode(evidence.body or b"")


def facts(evidence: str, word: Word) -> list[Fact]:
    """Facts about `person:NAME`: where it belongs, and each thing that was seen."""
    about = ABOUT + word.by
    told = [("person.device", json) for json in (_encode(list(one)).decode() for one in word.seen)]
    told += [("person.mac", mac) for mac in word.macs] + [("person.on", word.on)]
    told += [(f"person.{what}", value[:LONGEST]) for what, value in word.words.items() if what in WORDS and value]
    return [Fact(evidence, about, key, value) for key, value in told]


def said(words: Mapping[str, str]) -> dict[str, str]:
    """What was filled in, blanks at the ends gone."""
    return {what: value.strip()[:LONGEST] for what, value in words.items() if what in WORDS and value.strip()}
