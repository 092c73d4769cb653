"""What the program is made of, as CycloneDX: each package of the lock with its version, licence and hashes, and who needs whom."""

import hashlib
import importlib.metadata
import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from tree import LOCK, ROOT, needs, pins

HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def sbom(made: Path, at: int, names: set[str] | None = None) -> str:
    """The document for the wheel `made` with all packages of the lock, or `names` of them; `at`: seconds since 1970, of the source.

    The same bytes for the same wheel and lock.
    """
    data = made.read_bytes()
    about = importlib.metadata.metadata("laydown")
    root = Component(
        name="laydown",
        version=made.name.split("-")[1],
        type=ComponentType.APPLICATION,
        bom_ref="laydown",
        purl=PackageURL("pypi", name="laydown", version=made.name.split("-")[1]),
        licenses=[LicenseFactory().make_with_expression("MIT")],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(data).hexdigest())],
        supplier=OrganizationalEntity(name=about["Author"] or "The Laydown authors"),
    )
    parts = {name: _component(name, version) for name, version in pins().items() if names is None or name in names}
    bom = Bom(
        components=parts.values(),
        serial_number=uuid5(NAMESPACE_URL, hashlib.sha256(data + LOCK.read_bytes()).hexdigest()),
    )
    bom.metadata.component = root
    bom.metadata.timestamp = datetime.fromtimestamp(at, UTC)
    bom.register_dependency(root, [parts[name] for name in needs("laydown") if name in parts])
    for name, part in parts.items():
        bom.register_dependency(part, [parts[other] for other in needs(name) if other in parts])
    return JsonV1Dot6(bom).output_as_string(indent=1)


def _component(name: str, version: str) -> Component:
    entry = LOCK.read_text().split(f"\n{name}==")[1].split("\n    # via")[0]
    about = importlib.metadata.metadata(name)
    stated = about["License-Expression"] or about["License"] or ""
    if not stated.strip():  # some state it by a classifier alone; the table in docs/licences.md is tested against that
        (stated,) = re.findall(
            rf"^\| {re.escape(name)} \| ([^|]+?) \|", (ROOT / "docs/licences.md").read_text(), re.MULTILINE
        )
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{name}@{version}",
        purl=PackageURL("pypi", name=name, version=version),
        licenses=[LicenseFactory().make_from_string(stated[:120].split("\n")[0])] if stated.strip() else [],
        # Of every file that the lock allows: source and one wheel for each kind of machine.
        description=f"{len(HASH.findall(entry))} files allowed by requirements/{LOCK.name}",
    )
