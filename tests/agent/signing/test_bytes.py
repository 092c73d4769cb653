"""One flipped bit, anywhere: in a signed paper with and without its statement, in a statement, in a time stamp."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pytest
from asn1crypto import cms, tsp

from agent.signing import chain, folder, keys, paper_checks, stamps
from agent.signing.said import FAILED, OK
from tests.agent.cli import Shell
from tests.agent.signing.pki import NOW, Pki

pytestmark = pytest.mark.needs("openssl", "py:typst", "py:pyhanko")
PAPER_STEPS, STAMP_STEP = 50, 7  # places tried in a paper; every which byte of a stamp


class Signed(NamedTuple):
    paper: Path
    statement: Path
    stamp: Path
    trust: chain.Trust


@pytest.fixture
def signed(shell: Shell, paper: Path, jo: Path, secret: Path, tsa: str, pki: Pki) -> Signed:
    answer = shell("sign", paper, "--pkcs12", jo, "--pkcs12-passphrase-file", secret, "--tsa", tsa)
    assert answer.code == 0, answer.err
    out = paper.with_name("paper.signed.pdf")
    return Signed(out, out.with_suffix(".dsse.json"), out.with_suffix(".tsr"), chain.trust_of([pki.ca], [], NOW))


def flipped(data: bytes, at: int, bit: int = 0) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def fails(one: Signed) -> bool:
    return any(said.state == FAILED for said in paper_checks.verified(one.paper, paper_checks.Asked(one.trust)))


def ranges(data: bytes) -> tuple[int, int, int]:
    """(where the room for the signature begins, where the signature in it ends, where the room ends)."""
    with pikepdf.open(BytesIO(data)) as held:
        value = held.Root.AcroForm.Fields[0].V
        _, begins, ends, _ = (int(number) for number in value.ByteRange)
        der = bytes(value.Contents)
    return begins, begins + 1 + 2 * (4 + int.from_bytes(der[2:4], "big")), ends


def test_a_paper_with_its_statement(signed: Signed) -> None:
    data = signed.paper.read_bytes()
    begins, filled, ends = ranges(data)
    edges = [
        0,
        begins - 1,
        begins,
        begins + 1,
        filled - 1,
        filled,
        ends - 2,
        ends - 1,
        ends,
        len(data) - 2,
        len(data) - 1,
    ]
    assert not fails(signed)
    for number, at in enumerate([*edges, *range(0, len(data), len(data) // 30)]):
        signed.paper.write_bytes(flipped(data, at, number % 8))
        assert fails(signed), at


def covered(data: bytes) -> Iterator[int]:
    """Places, all over, that the signature in the paper answers for alone: all but what CMS leaves open (certificates, the time stamp)."""
    begins, filled, ends = ranges(data)
    step = len(data) // PAPER_STEPS
    yield from (at for at in range(0, len(data), step) if not begins < at < filled)
    yield from (begins, filled, filled + 1, ends - 2, ends - 1, ends, len(data) - 6)
    raw = bytes.fromhex(data[begins + 1 : filled].decode())
    info = cms.ContentInfo.load(raw)["content"]["signer_infos"][0]
    for part in (info["signed_attrs"].dump(), info["signature"].native, info["sid"].dump()):
        first = raw.rindex(part[8:-8]) if len(part) > 40 else raw.rindex(part)
        yield from (begins + 1 + 2 * at for at in range(first, first + max(1, len(part) - 16), 17))


def test_a_paper_by_itself(signed: Signed) -> None:
    data = signed.paper.read_bytes()
    signed.statement.unlink()
    signed.stamp.unlink()
    assert not fails(signed)
    for at in covered(data):
        changed = flipped(data, at)
        if changed[at : at + 1].lower() == data[at : at + 1].lower():
            continue  # in hex, a letter and its capital are the same number
        signed.paper.write_bytes(changed)
        assert fails(signed), at


def test_something_added_behind(signed: Signed) -> None:
    data = signed.paper.read_bytes()
    signed.statement.unlink()
    for more in (b"\n", b"% a word\n", b"1 0 obj<</Type/Catalog>>endobj\n"):
        signed.paper.write_bytes(data + more)
        assert fails(signed), more


def test_a_page_changed_by_an_addition(signed: Signed) -> None:
    """An incremental update, as an editor makes it, which leaves every signed byte where it was."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    data = signed.paper.read_bytes()
    signed.statement.unlink()
    writer = IncrementalPdfFileWriter(BytesIO(data))
    writer.add_stream_to_page(0, writer.add_object(generic.StreamObject(stream_data=b"0 0 100 100 re f")))
    out = BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(data)
    signed.paper.write_bytes(out.getvalue())
    said = {one.what: one for one in paper_checks.verified(signed.paper, paper_checks.Asked(signed.trust))}
    assert said["signature"].state == OK and said["whole file"].state == FAILED


def test_another_papers_statement_is_not_this_ones(
    signed: Signed, shell: Shell, paper: Path, jo: Path, secret: Path
) -> None:
    again = paper.with_name("again.pdf")
    assert (
        shell("sign", paper, "--pkcs12", jo, "--pkcs12-passphrase-file", secret, "--no-timestamp", "-o", again).code
        == 0
    )
    signed.statement.write_bytes(again.with_suffix(".dsse.json").read_bytes())
    said = {one.what: one.state for one in paper_checks.verified(signed.paper, paper_checks.Asked(signed.trust))}
    assert (
        said["statement"] == OK and said["digest of paper.signed.pdf"] == said["time stamp of the statement"] == FAILED
    )


def test_every_third_byte_of_a_papers_statement(signed: Signed) -> None:
    from agent.signing.ink_checks import signatures
    from agent.signing.paper import paper as opened
    from agent.signing.statement_checks import statement

    held = opened(signed.paper.read_bytes(), "x")
    found = list(signatures(held.reader, signed.trust))
    data = signed.statement.read_bytes()

    def states() -> set[str]:
        return {
            one.state for one in statement(signed.paper, held, found, None, signed.trust) if "stamp" not in one.what
        }

    assert states() == {OK}
    for at in range(0, len(data), 3):
        signed.statement.write_bytes(flipped(data, at, at % 7))
        assert states() != {OK}, at


def test_every_byte_of_a_folders_statement(paper: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("evidence.jsonl", "pack.zip"):
        (paper.parent / "hq" / name).write_bytes(b"")
    keys.made("ed25519", tmp_path / "k")
    key = keys.private(tmp_path / "k")
    held = folder.sign(paper.parent / "hq", key)
    data = held.read_bytes()
    assert next(folder.verified(held.parent, key.public_key())).state == OK
    for at in range(len(data)):
        held.write_bytes(flipped(data, at, at % 8))
        assert next(folder.verified(held.parent, key.public_key())).state == FAILED, at


def test_a_time_stamp(signed: Signed) -> None:
    """Time, digest and authority, wherever they are touched. What CMS leaves open (such as its own version) proves nothing."""
    data, over = signed.stamp.read_bytes(), signed.statement.read_bytes()
    assert stamps.read(data, over, signed.trust).trusted
    token = tsp.TimeStampResp.load(data)["time_stamp_token"]["content"]
    info = token["signer_infos"][0]
    told = token["encap_content_info"]["content"].parsed.dump()
    parts = (told, info["signed_attrs"].dump()[4:], info["signature"].native, token["certificates"][0].chosen.dump())
    for part in parts:
        first = data.index(part)
        for at in range(first, first + len(part), STAMP_STEP):
            assert not stamps.read(flipped(data, at), over, signed.trust).trusted, at
    assert not stamps.read(data, over + b" ", signed.trust).trusted
