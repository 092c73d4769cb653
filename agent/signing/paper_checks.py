"""A signed paper verified, offline: its signatures, the statement beside it, the filing inside, the reports it quotes; each apart."""

import contextlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from cryptography import x509

from agent.results import REPORT
from agent.signing.broken import BROKEN
from agent.signing.chain import Trust
from agent.signing.ink_checks import Signature, signatures, with_kept
from agent.signing.paper import Paper, paper
from agent.signing.person import name_of
from agent.signing.said import FAILED, OK, UNCHECKED, Said
from agent.signing.statement_checks import statement
from model import answers as model_answers
from model import keys
from model.canonical import digest
from model.trouble import Trouble, UsageTrouble
from reporters._text import shown

NOBODY = "nobody has signed this paper"


class Asked(msgspec.Struct, frozen=True):
    """What a person gives to verify with: trust, a public key for the statement, folders of reports, the answers."""

    trust: Trust
    key: keys.Public | None = None
    reports: tuple[Path, ...] = ()
    answers: Path | None = None


def verified(path: Path, asked: Asked) -> Iterator[Said]:
    """Everything that can be said of a signed paper, whatever the others say. UsageTrouble if the file cannot be read at all."""
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise UsageTrouble(str(path), f"cannot be read ({fault.strerror})", "name a signed PDF or a folder") from None
    try:
        held = paper(data, str(path))
    except Trouble as fault:
        yield Said("signature", FAILED, str(fault))
        return
    trust = asked.trust
    with contextlib.suppress(*BROKEN):  # each signature says so of itself
        trust = with_kept(trust, held.reader)
    found = list(signatures(held.reader, asked.trust))
    if not found:
        yield Said("signature", FAILED, NOBODY)
    for one in found:
        yield from one.said
    yield from _named(held, found)
    yield from statement(path, held, found, asked.key, trust)
    yield from _reports(held, asked.reports)
    yield from _answers(held, asked.answers)


def _named(held: Paper, found: Sequence[Signature]) -> Iterator[Said]:
    """Whether a certificate bears the name of who answers for the paper: a card's may read MUSTER.JO.A.1234567890."""
    name = held.record.answers.signer.name
    if not name or not found:
        return
    signers = [name_of(x509.load_der_x509_certificate(one.certificate).subject) for one in found if one.certificate]
    told = f"the paper names {shown(name)!r}; signed by {', '.join(signers) or 'nobody that can be read'}"
    same = any(_words(name) <= _words(signer) for signer in signers)
    yield Said("who answers", OK if same else UNCHECKED, told if same else f"{told}: compare them")


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", name.casefold()))


def _reports(held: Paper, folders: Sequence[Path]) -> Iterator[Said]:
    """Each report that the paper quotes, looked for among the folders; each folder that it does not quote."""
    given: dict[str, Path] = {}
    for folder in folders:
        file = folder / REPORT if folder.is_dir() else folder
        try:
            given[digest(file.read_bytes())] = folder
        except OSError as fault:
            raise UsageTrouble(
                f"--report {folder}", f"cannot be read ({fault.strerror})", "name a result folder"
            ) from None
    for one in held.record.reports:
        what = f"report of site {one.site.id or 'without a name'}"
        if one.digest in given:
            yield Said(what, OK, f"{given.pop(one.digest)}, by its digest; `laydown verify` it, too")
        else:
            yield Said(
                what, UNCHECKED, f"{'in none of the folders given' if folders else 'no --report given'}; {one.digest}"
            )
    for folder in given.values():
        yield Said(f"report in {folder}", FAILED, "the paper was not drafted from it, or it was changed since")


def _answers(held: Paper, path: Path | None) -> Iterator[Said]:
    """Whose answers stand in the paper, and whether they are those of the file given."""
    record = held.record
    about = [one for one in record.answers.reports if one not in {quoted.digest for quoted in record.reports}]
    if about:
        yield Said("answers", FAILED, f"given about another report ({about[0]})")
        return
    if path is None:
        yield Said("answers", UNCHECKED, "no --answers given")
        return
    try:
        same = model_answers.parsed(path.read_bytes(), str(path)) == record.answers
    except OSError as fault:
        raise UsageTrouble(f"--answers {path}", f"cannot be read ({fault.strerror})", "name answers.toml") from None
    yield Said("answers", OK if same else FAILED, "" if same else f"{path} says something else than the paper")
