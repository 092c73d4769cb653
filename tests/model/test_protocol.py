"""What agent and collector both write: what was signed holds for exactly that, by that key; every other one is refused in words."""

from __future__ import annotations

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from model import enrolment, parcel, policy, receipt, signed_request
from model.keys import keyid, signed
from model.report import Authority, Coverage, Inputs, Report, Site, Summary
from model.statement import enveloped, pae, payload_of
from model.trouble import Trouble

AT, NONCE = "2026-11-23T18:19:06.000001Z", "0123456789abcdef"
KEY, OTHER = ed25519.Ed25519PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate()
RECEIPT = receipt.Receipt(receipt.SCHEMA, "sha256:p", "sha256:r", "a1", "s1", "o1", AT, 1, receipt.FIRST)
ABOUT = parcel.About("a1", "s1", AT, AT, "sha256:e", "sha256:p", "0.1.0", "sha256:r", "summary", "o1", "R. Roe")


def test_a_request_is_proved_by_its_key_and_header() -> None:
    made = signed_request.asked("post", "/api/v1/heartbeat", b"{}", AT, NONCE)
    told = signed_request.parsed(signed_request.header(KEY, made))
    assert (told.keyid, told.nonce, told.moment.year) == (keyid(KEY.public_key()), NONCE, 2026)
    assert signed_request.proves(KEY.public_key(), told, made)
    assert not signed_request.proves(OTHER.public_key(), told, made)


@pytest.mark.parametrize(
    "other",
    [
        signed_request.asked("GET", "/api/v1/heartbeat", b"{}", AT, NONCE),
        signed_request.asked("POST", "/api/v1/heartbeat?x=1", b"{}", AT, NONCE),
        signed_request.asked("POST", "/api/v1/heartbeat", b"{} ", AT, NONCE),
        signed_request.asked("POST", "/api/v1/heartbeat", b"{}", AT.replace("06", "07"), NONCE),
        signed_request.asked("POST", "/api/v1/heartbeat", b"{}", AT, NONCE[::-1]),
    ],
)
def test_a_request_changed_anywhere_is_not_proved(other: signed_request.Asked) -> None:
    made = signed_request.asked("POST", "/api/v1/heartbeat", b"{}", AT, NONCE)
    told = signed_request.parsed(signed_request.header(KEY, made))
    assert not signed_request.proves(KEY.public_key(), told, other)


@pytest.mark.parametrize("value", ["", "Bearer x", 'Laydown keyid="zz"', "Laydown " + "x" * 10_000])
def test_another_header_is_refused(value: str) -> None:
    with pytest.raises(Trouble, match="Authorization"):
        signed_request.parsed(value)


def test_a_proof_is_of_the_key_that_is_sent() -> None:
    said = enrolment.Proof(enrolment.token_digest("t"), keyid(KEY.public_key()), AT)
    assert enrolment.proof_of(enrolment.proved(KEY, said), KEY.public_key()) == said
    with pytest.raises(Trouble, match="not signed"):
        enrolment.proof_of(enrolment.proved(KEY, said), OTHER.public_key())
    with pytest.raises(Trouble, match="another key"):
        enrolment.proof_of(enrolment.proved(OTHER, said), OTHER.public_key())
    with pytest.raises(Trouble, match="not signed"):  # of another kind
        enrolment.succession_of(enrolment.proved(KEY, said), KEY.public_key())


def test_a_receipt_is_its_collectors_word() -> None:
    data = receipt.enclosed(KEY, RECEIPT)
    assert receipt.receipt_of(data, KEY.public_key(), "r")[0] == RECEIPT
    for bad, key in ((data, OTHER), (data.replace(b"receipt", b"rexeipt"), KEY), (b"{}", KEY)):
        with pytest.raises(Trouble, match=r"^r: "):
            receipt.receipt_of(bad, key.public_key(), "r")


def test_a_chain_breaks_where_a_receipt_is_gone_or_changed() -> None:
    chain: list[tuple[receipt.Receipt, str]] = []
    for number in range(1, 5):
        before = chain[-1][1] if chain else receipt.FIRST
        one = msgspec.structs.replace(RECEIPT, number=number, previous=before)
        chain.append(receipt.receipt_of(receipt.enclosed(KEY, one), KEY.public_key(), "r"))
    assert receipt.broken(chain) == ""
    assert "receipt 3 is missing" in receipt.broken([*chain[:2], chain[3]])
    changed = msgspec.structs.replace(chain[1][0], site="s2")
    other = receipt.receipt_of(receipt.enclosed(KEY, changed), KEY.public_key(), "r")
    assert "receipt 3 names another" in receipt.broken([chain[0], other, *chain[2:]])


def test_a_policy_is_its_collectors_word() -> None:
    made = policy.Policy(policy.SCHEMA, "s1", 3, AT, exclude=("10.0.0.9",))
    assert policy.policy_of(policy.enclosed(KEY, made), KEY.public_key(), "p") == made
    with pytest.raises(Trouble, match="signed by this collector"):
        policy.policy_of(policy.enclosed(OTHER, made), KEY.public_key(), "p")
    with pytest.raises(Trouble, match="schema"):
        newer = msgspec.structs.replace(made, schema="laydown.policy/2")
        policy.policy_of(policy.enclosed(KEY, newer), KEY.public_key(), "p")
    mistaken = enveloped(b"{}", signed(KEY, pae(receipt.KIND, b"{}")), "", receipt.KIND)
    with pytest.raises(Trouble, match="signed by this collector"):
        policy.policy_of(mistaken, KEY.public_key(), "p")


def test_a_summary_names_no_address_and_no_network() -> None:
    rows = tuple(
        Coverage(scope, "snmp", 1, 0, 1, 0, 0, "done", "10.1.2.7 was silent")
        for scope in ("10.1.2.0/24", "the guest Wi-Fi", "fe80::7")
    )
    made = Report("laydown.report/1", "a", AT, AT, *_places(), Inputs("e", "p", "x"), Summary(devices=7), coverage=rows)
    data = parcel.summary_of(made)
    found = msgspec.json.decode(data, type=parcel.SiteSummary)
    assert [row.scope for row in found.coverage] == ["1 address of IPv6", "256 addresses of IPv4", "a named scope"]
    assert found.summary.devices == 7
    assert not any(word in data for word in (b"10.1.2", b"guest", b"fe80"))


def _places() -> tuple[Authority, Site]:
    return Authority(), Site("s1")


def test_a_statement_names_what_its_release_may_show() -> None:
    payload = payload_of(parcel.stated(ABOUT, [("summary.json", "0" * 64)]))
    assert parcel.about_of(payload, "s") == (ABOUT, {"summary.json": "0" * 64})
    with pytest.raises(Trouble, match="may not leave at release summary"):
        parcel.about_of(payload_of(parcel.stated(ABOUT, [("summary.json", "0"), ("report.json", "0")])), "s")


BODY = "bodies/ab/ab" + "0" * 62
FULL = ("report.json", "pack.zip", "evidence.jsonl")


@pytest.mark.parametrize(
    ("names", "release", "said"),
    [
        (("summary.json",), "summary", ""),
        (("extract.json",), "extract", ""),
        ((*FULL, BODY), "full", ""),
        (FULL[1:], "full", "report.json is missing"),
        ((*FULL, "bodies/aa/ab" + "0" * 62), "full", "may not leave"),
        ((*FULL, "../bodies/ab"), "full", "may not leave"),
        ((*FULL, "answers.toml"), "full", "may not leave"),
        (("summary.json", BODY), "summary", "may not leave"),
        ((), "none", "may not leave"),
    ],
)
def test_members_by_release(names: tuple[str, ...], release: parcel.Release, said: str) -> None:
    found = parcel.amiss(names, release)
    assert (said in found) if said else found == ""
