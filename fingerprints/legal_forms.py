"""Legal forms: what a firm's name may end with, and inventories write or leave out. Rules for a maker's name there know none."""

FORMS = frozenset("inc corp corporation co company ltd llc limited gmbh ag ab".split())
NAMED = "inventory.manufacturer"


def bare(name: str) -> str:
    """The name without the legal forms at its end: `Example Co., Ltd.` is `Example`. A form alone is a name."""
    words = name.split(" ")
    while len(words) > 1 and words[-1].rstrip(".,").casefold() in FORMS:
        words.pop()
    return " ".join(words).rstrip(",") if len(words) < name.count(" ") + 1 else name


def as_matched(key: str, value: str) -> str:
    """What rules of this fact key are tried on."""
    return bare(value) if key == NAMED else value
