"""A filing's equipment as a CycloneDX 1.7 bill of materials of hardware."""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from model.filing import Filing, Held
from model.gate import refused
from model.report import WORDS, Component, Finding, Reach
from model.times import read as read_time
from model.trouble import Missing
from reporters._document import Document
from reporters._places import Places
from reporters._text import called, shown, sold_as
from reporters._uuid import filing_digest, uuid_of

if TYPE_CHECKING:
    from cyclonedx.model.component import Component as Part

MEDIA = "application/vnd.cyclonedx+json; version=1.7"
SUFFIX, TITLE = ".cdx.json", "CycloneDX 1.7: the equipment as a bill of materials, for programs"

KIND = {"$schema": "http://cyclonedx.org/schema/bom-1.7.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.7"}
Pairs = Iterable[tuple[str, str]]


def write(document: Document, filing: Filing) -> bytes:
    """UTF-8 JSON. One component a device, its parts inside; what the taxonomy of CycloneDX has no name for stands as `laydown:...`."""
    try:
        from cyclonedx.model.bom import Bom, BomMetaData
        from cyclonedx.model.component import Component as Part
        from cyclonedx.model.component import ComponentType
        from cyclonedx.model.contact import OrganizationalEntity
        from cyclonedx.model.lifecycle import LifecyclePhase, PredefinedLifecycle
        from cyclonedx.model.tool import ToolRepository
        from cyclonedx.schema.schema import SchemaVersion1Dot7
        from cyclonedx.serialization import UrnUuidHelper
    except ImportError as fault:
        raise Missing(
            "CycloneDX", f"its library is not installed ({fault.name})", "install the extra `paper`, or choose `json`"
        ) from None
    metadata = BomMetaData(
        timestamp=read_time(filing.prepared_at),
        manufacturer=OrganizationalEntity(name=shown(document.entity)),
        tools=ToolRepository(
            components=[Part(name="laydown", version=document.engine, type=ComponentType.APPLICATION)]
        ),
        lifecycles=[PredefinedLifecycle(LifecyclePhase.DISCOVERY)],
        properties=_properties(_head(document, filing)),
    )
    serial = UrnUuidHelper.deserialize(f"urn:uuid:{uuid_of('cyclonedx', filing_digest(filing))}")
    bom = Bom(metadata=metadata, serial_number=serial)
    for held in filing.reports:
        places = Places(held.report)
        bom.components.update(_device(held, one, places) for one in held.report.findings)
    # Not by the library's outputter: it first compares each component with every other, and 2,000 take seconds.
    plain: str = bom.as_json(view_=SchemaVersion1Dot7)  # type: ignore[attr-defined]  # a decorator of the library's gives it
    made = {**json.loads(plain), **KIND}
    return json.dumps(made, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _head(document: Document, filing: Filing) -> Iterator[tuple[str, str]]:
    """What the whole stands on, and its figures: the same as in the paper's other media."""
    yield "form", f"{document.id}: {document.title}"
    yield "draft", "drafted by software; no representation, no signature"
    yield "sample", "SAMPLE: made up, for nobody to rely on" if document.sample else ""
    yield "marking", filing.marking
    yield "holds", str(len(refused(filing.holds)))
    for held in filing.reports:
        site, summary = held.report.site.id, held.report.summary
        yield f"site:{site}:report", held.digest
        yield f"site:{site}:pack", held.report.inputs.pack
        yield f"site:{site}:finished-at", held.report.finished_at
        for name in ("devices", *WORDS, "unexplained_macs", "not_examined"):
            yield f"site:{site}:{name.replace('_', '-')}", str(getattr(summary, name))


def _device(held: Held, one: Finding, places: Places) -> "Part":
    home = f"{held.digest[7:19]}/{one.device}"
    where = places.words(one.attached)
    pairs: list[tuple[str, str]] = [
        ("site", held.report.site.id),
        ("device", one.device),
        ("called", called(one)),
        *(("address", address) for address in one.addresses),
        *(("name", name) for name in one.names),
        ("first-seen", one.first_seen),
        ("last-seen", one.last_seen),
        ("relabel", sold_as(one.relabel) if one.relabel else ""),
        *(("authority", _reach(reach)) for reach in one.authorities),
    ]
    known = [*(("macAddress", mac) for mac in one.macs), *(("location", place) for place in where[:1])]
    parts = [
        _component(part, f"{home}/{number}", (("part", part.component),)) for number, part in enumerate(one.components)
    ]
    return _component(one, home, pairs, known, parts)


def _reach(reach: Reach) -> str:
    asked = ", ".join(question.id for question in reach.open_questions)
    return f"{reach.id}; open questions: {asked}" if asked else reach.id


def _component(
    one: Finding | Component, ref: str, pairs: Pairs, known: Pairs = (), parts: Iterable["Part"] = ()
) -> "Part":
    """A device or part. Grades are no probabilities, so no method with a confidence is claimed."""
    from cyclonedx.model.component import Component as Part
    from cyclonedx.model.component import ComponentType
    from cyclonedx.model.component_evidence import ComponentEvidence, Identity, IdentityField
    from cyclonedx.model.contact import OrganizationalEntity

    known = [*known, ("serialNumber", one.serial), ("deviceType", one.kind)]
    why = [("why", f"{w.grade} {w.rule}: {w.key} in {w.evidence}") for w in one.why]
    own = [("outcome", one.outcome), ("maker", one.maker or ""), ("in_law", one.in_law), *pairs]
    name = shown(one.model or one.kind) or "not identified"
    named = [Identity(field=IdentityField.NAME, concluded_value=name)] if one.model and one.why else []
    return Part(
        type=ComponentType.DEVICE,
        bom_ref=ref,
        name=name,
        manufacturer=OrganizationalEntity(name=shown(one.producer)) if one.producer else None,
        evidence=ComponentEvidence(identity=named) if named else None,
        properties=[*_properties([*own, ("firmware", one.firmware), *why]), *_properties(known, "cdx:device")],
        components=parts,
    )


def _properties(pairs: Pairs, space: str = "laydown") -> list[Any]:
    from cyclonedx.model import Property

    return [Property(name=f"{space}:{name}", value=shown(value)) for name, value in pairs if value.strip()]
