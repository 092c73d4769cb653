"""ENTITY-MIB: maker, model and serial of the chassis and of every card, power unit and optic in it (RFC 6933)."""

import re
from collections.abc import Callable, Iterator

from agent.decode.ber import Value
from agent.decode.say import said
from agent.decode.walk import Walk, number
from agent.mibs import interfaces
from model.claims import Fact

TABLE = "1.3.6.1.2.1.47.1.1.1.1"
CONTAINED, CLASS = f"{TABLE}.4", f"{TABLE}.5"
NAMING = {  # columns that tell who made a part and which one it is
    f"{TABLE}.12": "entity.mfg_name",
    f"{TABLE}.13": "entity.model_name",
    f"{TABLE}.11": "entity.serial",
}
MFG, NAME = f"{TABLE}.12", f"{TABLE}.7"
DETAIL = {
    f"{TABLE}.2": "entity.description",
    f"{TABLE}.7": "entity.name",
    f"{TABLE}.9": "entity.firmware",
    f"{TABLE}.10": "entity.software",
}
VERSIONS = (f"{TABLE}.9", f"{TABLE}.10")
ALIAS = "1.3.6.1.2.1.47.1.3.2.1.2"  # entAliasMappingIdentifier: which interface a physical port is
IF_INDEX = "1.3.6.1.2.1.2.2.1.1."
ROOTS = (CONTAINED, CLASS, *NAMING, *DETAIL, ALIAS)
SCALARS: tuple[str, ...] = ()
CHASSIS, PORT, STACK = 3, 10, 11
CLASSES = (  # PhysicalClass of IANA-ENTITY-MIB, from 1
    "other unknown chassis backplane container powerSupply fan sensor module port stack cpu"
    " energyObject battery storageDrive"
).split()
MAX_DEPTH = 32
# What agents write where they have nothing to say: not a maker, model or serial.
_BLANK = re.compile(r"(?i)[0\s:.\-]*|n/?a|none|null|unknown|not (?:available|specified|applicable)")


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """Facts about `self` from chassis rows, about `component:entity.<index>` from other rows that name something.

    Of whatever class: many agents call their optics ports or nothing at all. `entity.port`: the interface it serves.
    """
    texts = {column: walk.texts(column) for column in DETAIL}
    for column in (*NAMING, *VERSIONS):
        texts[column] = {index: text for index, text in walk.texts(column).items() if not _BLANK.fullmatch(text)}
    for index in _optics_named(walk) - set(texts[MFG]):  # its vendor stands where others have a row's name
        texts[MFG][index] = texts[NAME][index]
    classes = {index: number(value) or 0 for index, value in walk.column(CLASS).items()}
    held_in = walk.column(CONTAINED)
    boxes, ports = _boxes(classes, held_in), _ports(walk, classes, held_in)
    models = texts[f"{TABLE}.13"]
    if not classes and not boxes & set(models) and (only := _only_named(models)):
        # Its model alone: whether the row's maker and serial number are the box's, nothing says.
        yield from said(evidence_of(f"{TABLE}.13.{only}"), "self", "entity.model_name", models[only])
    for index in sorted(set().union(*(texts[column] for column in NAMING)) | boxes, key=_order):
        about = "self" if index in boxes else f"component:entity.{index}"
        if about != "self" and index in classes:
            word = _class(classes[index])
            yield from said(evidence_of(f"{CLASS}.{index}"), about, "entity.class", word)
        for column, key in (*NAMING.items(), *DETAIL.items()):
            if index in texts[column]:
                held = column if walk.get(f"{column}.{index}") else NAME
                yield from said(evidence_of(f"{held}.{index}"), about, key, texts[column][index])
        if about != "self" and index in ports:
            yield from said(evidence_of(ports[index][0]), about, "entity.port", ports[index][1])


def _only_named(models: dict[str, str]) -> str:
    """Where an agent tells no classes, the first row of the one model that the table names; "" if it names several: which is the box?"""
    return min(models, key=_order) if len(set(models.values())) == 1 else ""


def _optics_named(walk: Walk) -> set[str]:
    """Rows whose name is an optic's own vendor field: 16 octets, blanks at the end, as the optic's memory keeps it (SFF-8472)."""
    return {
        index
        for index, value in walk.column(NAME).items()
        if isinstance(value, bytes) and len(value) == 16 and value.endswith(b" ") and value[:1].strip()
    }


def serials(walk: Walk) -> frozenset[str]:
    """Every serial number that the table tells: makers' own tables list the same parts again."""
    return frozenset(walk.texts(f"{TABLE}.11").values())


def blank(text: str) -> bool:
    """Whether a maker, model or serial says nothing."""
    return _BLANK.fullmatch(text) is not None


def _ports(walk: Walk, classes: dict[str, int], held_in: dict[str, Value]) -> dict[str, tuple[str, str]]:
    """{row: (object, interface)} of ports, of an optic that holds one port, and of what sits in a port."""
    called = interfaces.names(walk)
    found: dict[str, tuple[str, str]] = {}
    for index, value in walk.texts(ALIAS).items():
        if value.lstrip(".").startswith(IF_INDEX):
            number_of = value.rpartition(".")[2]
            found.setdefault(index.partition(".")[0], (f"{ALIAS}.{index}", called.get(number_of, number_of)))
    above = {index: str(number(value)) for index, value in held_in.items()}
    inside: dict[str, list[str]] = {}
    for index in found:
        inside.setdefault(above.get(index, "0"), []).append(index)
    around = {outer: found[held[0]] for outer, held in inside.items() if len(held) == 1 and outer not in found}
    beneath = {index: found[up] for index, up in above.items() if up in found and classes.get(up) == PORT}
    return {**beneath, **around, **found}


def _boxes(classes: dict[str, int], held_in: dict[str, Value]) -> set[str]:
    """Rows that are the device itself: chassis in no other chassis; if there is none, what is contained in nothing."""
    above = {index: str(number(value)) for index, value in held_in.items()}
    chassis = {index for index, kind in classes.items() if kind == CHASSIS}
    found = {index for index in chassis if not _inside(index, above, chassis)}
    return found or {index for index, parent in above.items() if parent == "0" and classes.get(index) != STACK}


def _inside(index: str, above: dict[str, str], chassis: set[str]) -> bool:
    for _ in range(MAX_DEPTH):
        index = above.get(index, "0")
        if index in chassis:
            return True
        if index == "0":
            return False
    return False


def _class(kind: int) -> str:
    return CLASSES[kind - 1] if 1 <= kind <= len(CLASSES) else str(kind)


def _order(index: str) -> tuple[int, ...]:
    return tuple(map(int, index.split(".")))
