"""One canonical form: what msgspec writes fast is what RFC 8785 says, and a line that was altered is refused."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from model.canonical import LARGEST_INT, canonical
from model.evidence import INLINE, Evidence, Observation, encoded, line, observed, parsed
from model.trouble import Trouble

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
STATUS = st.sampled_from(["answered", "silent", "refused", "cut", "excluded", "failed", "noted"])
SEEN = "2026-11-01T10:00:00.000000Z"


@given(TEXT, TEXT, TEXT, TEXT, STATUS, st.integers(0, 1000), st.none() | TEXT)
def test_fast_form_is_rfc8785(
    probe: str, vantage: str, target: str, asked: str, status: str, step: int, parent: str | None
) -> None:
    one = Observation(probe, vantage, target, asked, status, SEEN, None, parent, step)  # type: ignore[arg-type]
    assert encoded(one) == rfc8785.dumps(json.loads(encoded(one))) == canonical(one)


@given(TEXT, st.binary(max_size=200))
def test_lines_come_back(asked: str, body: bytes) -> None:
    made = observed(Observation("p", "desk/eth0", "10.0.0.1", asked, "answered", SEEN), body)
    assert parsed(line(made), "x") == made


def test_large_body_stays_out_of_the_line() -> None:
    made = observed(Observation("p", "v", "t", "a", "answered", SEEN), b"x" * (INLINE + 1))
    back = parsed(line(made), "x")
    assert back == Evidence(made.id, made.observation, None)


@pytest.mark.parametrize(
    "change",
    [(b'"target":"t"', b'"target":"u"'), (b"eHg=", b"eHk="), (b'"step":0', b'"step":0 '), (b'"v":1', b'"v":2')],
)
def test_altered_line_is_refused(change: tuple[bytes, bytes]) -> None:
    raw = line(observed(Observation("p", "v", "t", "a", "answered", SEEN), b"xx"))
    assert change[0] in raw
    with pytest.raises(Trouble, match=r"evidence\.jsonl:7: "):
        parsed(raw.replace(*change), "evidence.jsonl:7")


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"id":"x"}', b"\xff", b'{"id":"a","observation":{}}', b"null"])
def test_malformed_line_names_its_place(raw: bytes) -> None:
    with pytest.raises(Trouble, match=r"^here: "):
        parsed(raw, "here")


def test_integers_beyond_double_are_text() -> None:
    assert canonical({"n": LARGEST_INT, "m": LARGEST_INT + 1}) == b'{"m":"9007199254740992","n":9007199254740991}'


def test_floats_are_refused() -> None:
    with pytest.raises(TypeError):
        canonical({"n": 0.5})
