"""JSON Schemas of the files that other programs read, made from the nouns themselves."""

import json

import msgspec

from model.answers import Answers
from model.entity import Entity
from model.evidence import Observation
from model.extract import Extract
from model.filing_record import FilingRecord
from model.report import Report
from model.run import Event

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
    "extract-1.json": (Extract, "laydown.extract/1: what `laydown disclose` writes"),
}


def schemas() -> dict[str, bytes]:
    """File name -> the schema's bytes, indented, keys sorted."""
    return {name: _schema(shape, title) for name, (shape, title) in FILES.items()}


def _schema(shape: object, title: str) -> bytes:
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **msgspec.json.schema(shape)}
    return json.dumps(made, indent=1, sort_keys=True).encode() + b"\n"
