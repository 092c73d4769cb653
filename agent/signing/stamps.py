"""RFC 3161 time stamps: asked of an authority over HTTP, which sees a digest and nothing else; and a token judged, offline."""

import asyncio
from datetime import datetime
from hashlib import new, sha256
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

import msgspec
from asn1crypto import cms, core, tsp
from pyhanko.sign.timestamps import TimeStamper

from agent.plain_file import bytes_of
from agent.signing.broken import BROKEN
from agent.signing.chain import Trust, judged, shown
from agent.signing.said import FAILED, OK, UNCHECKED, Said
from model.trouble import Trouble, UsageTrouble

WAIT = 20.0  # seconds
GRANTED = ("granted", "granted_with_mods")
LARGEST = 256 * 1024  # bytes of an answer
REMEDY = "try again, name another --tsa, or sign with --no-timestamp; nothing was written"


class Stamp(msgspec.Struct, frozen=True):
    """A token judged. `at`: its time, None where it proves none; `trusted`: by an authority that was given; `listed`: and not revoked."""

    said: Said
    at: datetime | None = None
    trusted: bool = False
    listed: bool = False


class _Answer(core.Sequence):  # type: ignore[misc]
    """A response as RFC 3161 has it: without a token where the authority refuses."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


def _refusal(status: Any) -> str:
    """Why an authority refuses, in its own words, cut and made harmless."""
    from reporters._text import shown as harmless

    words = [
        status["status"].native,
        *(status["status_string"].native or ()),
        *sorted(status["fail_info"].native or ()),
    ]
    return harmless(" ".join(" ".join(map(str, words)).split()))[:160]


class Authority(TimeStamper):
    """The authority at a URL, as pyHanko asks it. No redirect is followed, no credential sent."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise UsageTrouble(
                f"--tsa {url}", "no http or https address without a user name", "--tsa https://HOST/PATH"
            )
        TimeStamper.__init__(self)
        self.url = url

    async def async_request_tsa_response(self, req: Any) -> Any:
        """The authority's answer; Trouble where it cannot be reached or answers something else."""
        data = _asked(self.url, req.dump())
        try:
            told = _Answer.load(data, strict=True)["status"]
            refused = "" if told["status"].native in GRANTED else _refusal(told)
            found = None if refused else tsp.TimeStampResp.load(data, strict=True)
        except BROKEN:
            raise Trouble(f"--tsa {self.url}", "its answer is no time stamp", REMEDY) from None
        if refused:
            raise Trouble(f"--tsa {self.url}", f"refuses ({refused})", REMEDY)
        return found

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        """The token; Trouble where it was refused, or is not the answer to what was asked."""
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except BROKEN as fault:
            said = " ".join(str(fault).split())[:160]
            raise Trouble(f"--tsa {self.url}", f"gave no time stamp ({said})", REMEDY) from None


def _asked(url: str, query: bytes) -> bytes:
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler()):
        opener.add_handler(handler)
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        with opener.open(Request(url, query, headers), timeout=WAIT) as answer:
            if answer.status != 200:
                raise Trouble(f"--tsa {url}", f"answers HTTP {answer.status}", REMEDY)
            data: bytes = answer.read(LARGEST + 1)
    except (OSError, HTTPError, URLError, ValueError) as fault:
        why = getattr(fault, "reason", None) or fault
        raise Trouble(f"--tsa {url}", f"cannot be reached ({why})", REMEDY) from None
    if len(data) > LARGEST:
        raise Trouble(f"--tsa {url}", f"its answer is larger than {LARGEST:,} bytes", REMEDY)
    return data


def stamped(url: str, data: bytes) -> bytes:
    """A time stamp over `data`, as the response that `openssl ts -verify` reads; Trouble where it is none."""
    authority = Authority(url)
    nonce, request = TimeStamper.request_cms(authority, sha256(data).digest(), "sha256")
    response = asyncio.run(authority.async_request_tsa_response(request))
    made: bytes = response.dump()
    stamp = read(made, data, Trust())
    if stamp.at is None or _nonce(response) != nonce:
        raise Trouble(f"--tsa {url}", f"its time stamp is not over what was sent ({stamp.said.why})", REMEDY)
    return made


def _nonce(response: Any) -> int:
    return int(response["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed["nonce"].native)


def read(response: bytes, data: bytes, trust: Trust, what: str = "time stamp") -> Stamp:
    """What a response (.tsr) proves of `data`."""
    try:
        held = tsp.TimeStampResp.load(response, strict=True)
        if held["status"]["status"].native not in GRANTED:
            return Stamp(Said(what, FAILED, "the authority refused it"))
        token = held["time_stamp_token"]["content"]
    except BROKEN:
        return Stamp(Said(what, FAILED, "not a time stamp that can be read"))
    return weighed(token, data, trust, what)


def path_of(statement: Path) -> Path:
    """Where the time stamp of a statement is: X.dsse.json has X.tsr."""
    return statement.with_name(statement.name.removesuffix(".dsse.json") + ".tsr")


def beside(statement: Path, data: bytes, trust: Trust) -> Said:
    """What the time stamp beside a statement proves of its bytes."""
    what = "time stamp of the statement"
    try:
        return read(bytes_of(path_of(statement)), data, trust, what).said
    except FileNotFoundError:
        return Said(what, UNCHECKED, "there is none")
    except OSError as fault:
        return Said(what, FAILED, f"{path_of(statement)}: {fault.strerror}")


def weighed(token: Any, data: bytes, trust: Trust, what: str = "time stamp") -> Stamp:
    """What a token's SignedData proves of `data`: that it is over them, by whom, and when."""
    from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_tst_signed_data

    try:
        found = asyncio.run(validate_tst_signed_data(token, trust.nobody(), lambda name: new(name, data).digest()))
        certs = extract_certs_for_validation(token)
        at: datetime = found["timestamp"]
        if not (found["intact"] and found["valid"]):
            return Stamp(Said(what, FAILED, "not over this, or changed since"))
        chain, revoked = judged(certs.signer_cert, list(certs.other_certs), trust, at, stamping=True)
    except BROKEN:
        return Stamp(Said(what, FAILED, "not a time stamp that can be read"))
    when = f"{at:%Y-%m-%d %H:%M:%S} UTC by {shown(certs.signer_cert.subject)}"
    if FAILED in (chain.state, revoked.state):
        worse = chain if chain.state == FAILED else revoked
        return Stamp(Said(what, FAILED, f"{when}, but its certificate: {worse.why}"), at)
    if chain.state == UNCHECKED:
        return Stamp(Said(what, UNCHECKED, f"{when}; {chain.why}"), at)
    return Stamp(Said(what, OK, f"{when}; {chain.why}; {revoked.why}"), at, True, revoked.state == OK)
