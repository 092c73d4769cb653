"""A site's agent, simulated with the nouns of the protocol alone: it enrols, packs parcels and sends signed requests."""

from __future__ import annotations

import io
import secrets
import tarfile
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import msgspec
import zstandard
from cryptography.hazmat.primitives.asymmetric import ed25519

from agent.engine import engine
from agent.readers import readers
from fingerprints.assess import assess
from fingerprints.pack import load
from model.canonical import digest
from model.enrolment import Enrol, Enrolled, Proof, proved, token_digest
from model.evidence import INLINE, Evidence, Observation, line, observed
from model.keys import Private, keyid, pem, signed
from model.parcel import EVIDENCE, PACK, REPORT, STATEMENT, SUMMARY, About, stated, summary_of
from model.receipt import Receipt, Upload, receipt_of
from model.report import Report, Site
from model.run import End, Ledger, Start, noted
from model.signed_request import asked, header
from model.statement import PAYLOAD, enveloped, pae, payload_of
from model.times import written
from reporters.json import render

PIECE = 1 << 20


def stamp(seconds: float = 0) -> str:
    """Now, or so many seconds from it."""
    return written(datetime.now(UTC) + timedelta(seconds=seconds))


class Agent:
    """`client`: anything with httpx's `request`."""

    def __init__(self, client: Any, key: Private | None = None) -> None:
        self.client, self.key = client, key or ed25519.Ed25519PrivateKey.generate()
        self.shift = 0.0
        self.home: Enrolled

    def ask(self, method: str, path: str, body: bytes = b"", **more: Any) -> Any:
        """One signed request."""
        said = asked(
            method, path, body, more.get("at") or stamp(self.shift), more.get("nonce") or secrets.token_urlsafe(16)
        )
        held = more.get("header") or header(more.get("key") or self.key, said)
        return self.client.request(
            method, path, content=body, headers={"Authorization": held, "Content-Type": "application/json"}
        )

    def enrol(self, token: str, host: str = "desk") -> Any:
        """Enrol; the response."""
        proof = proved(self.key, Proof(token_digest(token), keyid(self.key.public_key()), stamp(self.shift)))
        said = Enrol(token, pem(self.key.public_key()).decode(), host, "0.1.0 test", proof)
        answer = self.client.request(
            "POST", "/api/v1/enrol", content=msgspec.json.encode(said), headers={"Content-Type": "application/json"}
        )
        if answer.status_code == 201:
            self.home = msgspec.json.decode(answer.content, type=Enrolled)
        return answer

    def send(self, parcel: bytes, start: int = 0) -> Any:
        """Upload a parcel; the last response."""
        name = digest(parcel).removeprefix("sha256:")
        answer = None
        for offset in range(start, len(parcel), PIECE):
            piece = parcel[offset : offset + PIECE]
            answer = self.ask("PATCH", f"/api/v1/uploads/{name}?offset={offset}&size={len(parcel)}", piece)
            if answer.status_code not in (200, 201):
                break
        return answer

    def receipt(self, answer: Any) -> Receipt:
        """The receipt in an answer, its signature checked."""
        from model.keys import public

        held = msgspec.json.decode(answer.content, type=Upload)
        assert held.receipt is not None
        key = public(self.home.collector_key.encode(), "collector")
        return receipt_of(msgspec.json.encode(held.receipt), key, "receipt")[0]

    def about(self, report: Report, data: bytes, release: str, **more: Any) -> About:
        """The predicate of a parcel."""
        home, inputs = self.home, report.inputs
        fields = {
            "agent": home.agent, "site": home.site.id, "started_at": report.started_at, "finished_at": report.finished_at,
            "evidence": inputs.evidence, "pack": inputs.pack, "engine": inputs.engine, "report": digest(data),
            "release": release, "recipient": home.organisation, "released_by": "J. Doe",
        }  # fmt: skip
        return About(**{**fields, **more})

    def parcel(self, evidence: list[Evidence], release: str = "full", **more: Any) -> bytes:
        """The parcel of a report on this evidence, judged for real."""
        report = judged(evidence)
        data = render(report)
        members = {SUMMARY: summary_of(report)} if release == "summary" else full(evidence, data)
        return self.packed(members, self.about(report, data, release, **more))

    def packed(self, members: Mapping[str, bytes], about: About, key: Private | None = None) -> bytes:
        """Signed, in a tar, in a frame."""
        payload = payload_of(
            stated(about, [(name, digest(data).removeprefix("sha256:")) for name, data in members.items()])
        )
        by = key or self.key
        statement = enveloped(payload, signed(by, pae(PAYLOAD, payload)), keyid(by.public_key()))
        return frame(tar({STATEMENT: statement, **dict(sorted(members.items()))}))


def frame(data: bytes, level: int = 3) -> bytes:
    """A zstd frame that states its size."""
    return zstandard.ZstdCompressor(level=level, write_content_size=True).compress(data)


def tar(members: Mapping[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    """A plain ustar archive in the given order."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.mtime, info.type = len(data), 0o644, 0, kind
            archive.addfile(info, io.BytesIO(data))
    return held.getvalue()


def full(evidence: list[Evidence], report: bytes) -> dict[str, bytes]:
    """The members of a whole parcel."""
    bodies = {
        one.observation.answer.sha256: one.body
        for one in evidence
        if one.body and len(one.body) > INLINE and one.observation.answer
    }
    lines = b"".join(line(one) + b"\n" for one in evidence)
    return {
        REPORT: report,
        PACK: pack_zip(),
        EVIDENCE: lines,
        **{f"bodies/{name[:2]}/{name}": body for name, body in bodies.items()},
    }


@cache
def pack_zip() -> bytes:
    """The shipped pack as a zip."""
    return zipped(load().parts)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A pack.zip of these parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(parts.items()):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


@cache
def shipped() -> Any:
    """The shipped pack."""
    return load()


def judged(evidence: list[Evidence]) -> Report:
    """The report, by the shipped pack and the real readers."""
    return assess(evidence, readers(), shipped(), engine())


def banner(text: str, address: str, at: str, field: str = "http_header.server") -> Evidence:
    """What a device said, as `laydown import` keeps it of a file of banners."""
    body = msgspec.json.encode({"id": address, "field": field, "text": text})
    note = Observation("banners", f"file:site.jsonl#{address}", address, "line", "answered", at)
    return observed(note, body, "application/json")


HUAWEI = "Huawei Versatile Routing Platform Software VRP (R) software, Version 8.150"
CISCO = "Cisco IOS Software, C2960 Software"


def evidence(
    site: Site, devices: Mapping[str, str], at: str = "", done: bool = True, filler: int = 0
) -> list[Evidence]:
    """The evidence of a small scan: {address: system description}. `filler`: bytes of an answer that no rule knows."""
    at = at or stamp(-60)
    run = secrets.token_hex(4)
    asked_of = tuple(devices) or ("10.0.0.1",)
    found = [noted(Start(run, "laydown test", "desk/eth0", site, targets=("10.0.0.0/24",)), "desk/eth0", at)]
    found += [banner(text, address, at, "snmp.sys_description") for address, text in devices.items()]
    if filler:
        note = Observation("http", "desk/eth0", "10.0.0.9", "GET /", "answered", at)
        found.append(observed(note, b"HTTP/1.0 200 OK\r\n\r\n" + secrets.token_bytes(filler), "application/http"))
    status, reason = ("done", "") if done else ("incomplete", "the link dropped")
    found.append(
        noted(Ledger(run, "banners", "10.0.0.0/24", status, asked_of, asked_of, reason=reason), "desk/eth0", at)
    )
    found.append(noted(End(run, status, reason), "desk/eth0", at))
    return found
