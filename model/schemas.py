"""JSON Schemas of the files that other programs read, made from the nouns themselves."""

import json

import msgspec

from model.answers import Answers
from model.enrolment import Beat, Enrol, Enrolled, Heartbeat, Proof, Rotate, Succession
from model.entity import Entity
from model.evidence import Observation
from model.extract import Extract
from model.filing_record import FilingRecord
from model.parcel import About, SiteSummary
from model.policy import Policy
from model.receipt import Receipt, Upload
from model.refusal import Refusal
from model.report import Report
from model.run import Event
from model.signed_filing import SignedFiling

FILES = {
    "report-1.json": (Report, "laydown.report/1: report.json, the account of one site"),
    "observation-1.json": (
        Observation,
        "the `observation` of a line of evidence.jsonl; its RFC 8785 bytes are what `id` names",
    ),
    "run-1.json": (Event, "bodies of the observations by probe `run`"),
    "answers-1.json": (Answers, "answers.toml, as JSON"),
    "entity-1.json": (Entity, "the entity file, as JSON"),
    "filing-1.json": (
        FilingRecord,
        "laydown.filing/1: a drafted form and all that it was drafted from; its PDF carries it inside",
    ),
    "signed-filing-1.json": (SignedFiling, "the predicate of the statement that goes with a signed paper"),
    "extract-1.json": (Extract, "laydown.extract/1: what `laydown disclose` writes"),
    "summary-1.json": (SiteSummary, "laydown.summary/1: what of a report leaves at release `summary`"),
    "parcel-1.json": (About, "the predicate of a parcel's statement"),
    "receipt-1.json": (Receipt, "laydown.receipt/1: the payload of a collector's receipt"),
    "policy-1.json": (Policy, "laydown.policy/1: the payload of a site's policy"),
    "enrol-1.json": (Enrol, "body of POST /api/v1/enrol"),
    "enrol-proof-1.json": (Proof, "payload of the proof in it"),
    "enrolled-1.json": (Enrolled, "the answer to it"),
    "rotate-1.json": (Rotate, "body of POST /api/v1/rotate"),
    "rotate-proof-1.json": (Succession, "payload of the proof in it"),
    "heartbeat-1.json": (Heartbeat, "body of POST /api/v1/heartbeat"),
    "beat-1.json": (Beat, "the answer to it"),
    "upload-1.json": (Upload, "answer of GET and PATCH /api/v1/uploads/P"),
    "refusal-1.json": (Refusal, "what a collector answers to what it does not take"),
}


def schemas() -> dict[str, bytes]:
    """File name -> the schema's bytes, indented, keys sorted."""
    return {name: _schema(shape, title) for name, (shape, title) in FILES.items()}


def _schema(shape: object, title: str) -> bytes:
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **msgspec.json.schema(shape)}
    return json.dumps(made, indent=1, sort_keys=True).encode() + b"\n"
