"""What a file of banners may hold and no evidence, report or pack may: sessions, one-time numbers, passwords."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from agent import spool
from agent.cli import import_

PLANTED = "PLANTEDSECRET"
HEADERS = [
    ("http_header.cookie", f"SESSIONID={PLANTED}; path=/"),
    ("http_header.wwwauth", f'Digest realm="IP Camera(12345)", nonce="{PLANTED}", opaque={PLANTED}'),
    ("rtsp_header.wwwauth", f'Digest realm="x", nonce="{PLANTED}"'),
    ("http_header.authorization", f"Basic {PLANTED}"),
    ("sip_header.proxy-authorization", f'Digest username="{PLANTED}", response="{PLANTED}"'),
]


@pytest.mark.parametrize(("field", "text"), HEADERS)
def test_nothing_written_holds_the_secret(field: str, text: str, tmp_path: Path) -> None:
    given, out = tmp_path / "b.jsonl", tmp_path / "out"
    given.write_text(json.dumps({"id": "a", "field": field, "text": text}) + "\n")
    done = CliRunner().invoke(import_.command, ["--kind", "banners", "-o", str(out), str(given)])
    assert done.exit_code == 0, done.output
    files = [path for path in out.rglob("*") if path.is_file() and path.name != "pack.zip"]
    assert len(files) >= 2
    bodies = b"".join(one.body or b"" for one in spool.read(out))
    assert b'"field":"' + field.encode() in bodies
    for held in (done.output.encode(), bodies, *(path.read_bytes() for path in files)):
        assert PLANTED.encode() not in held


def test_a_realm_stays_what_a_rule_can_read(tmp_path: Path) -> None:
    given, out = tmp_path / "b.jsonl", tmp_path / "out"
    given.write_text(json.dumps({"id": "a", "field": HEADERS[1][0], "text": HEADERS[1][1]}) + "\n")
    CliRunner().invoke(import_.command, ["--kind", "banners", "-o", str(out), str(given)])
    (found,) = json.loads((out / "report.json").read_bytes())["findings"]
    assert (found["outcome"], found["maker"]) == ("covered", "hikvision")
