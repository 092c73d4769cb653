"""Answers: what only a person can say, bound to the report's digest. Read from answers.toml; unknown keys are refused by name."""

import msgspec

from model.trouble import Trouble


class Signer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who answers for the paper. Dates are ISO 8601 days."""

    name: str = ""
    title: str = ""
    date: str = ""


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A representation chosen by a named person: `answer` is `does`, `does-not`, `will` or `will-not`, in the form's own words."""

    box: str
    answer: str
    by: str
    date: str


class Class(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A predicate on where things hang: every field given must hold. `random_mac`: only locally administered MACs."""

    site: str = ""
    vlan: str = ""
    ssid: str = ""
    switch: str = ""
    port: str = ""
    random_mac: bool = False


class Disposition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person's word on one hold of the gate, or on a class of them.

    `subject`: the hold's subject (a device id, MAC, network, `probe scope`, site id); or `of`: a class. `used`: `yes` or `no`, whether
    the entity uses it. `until`: ISO day after which it no longer stands.
    """

    whose: str
    used: str
    by: str
    until: str
    reason: str
    subject: str = ""
    of: Class | None = None


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answered question: `device` "" where the question is about the entity; `question` an open question's id or a form's field."""

    question: str
    text: str
    by: str
    date: str
    device: str = ""


class Answers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a person said. `reports`: digests of the report.json files it was said about; `sample`: every page is marked SAMPLE."""

    reports: tuple[str, ...] = ()
    sample: bool = False
    signer: Signer = Signer()
    choice: tuple[Choice, ...] = ()
    disposition: tuple[Disposition, ...] = ()
    answer: tuple[Answer, ...] = ()

    def said(self, question: str, device: str = "") -> Answer | None:
        """The answer to `question` about `device`, or None: never a guess."""
        return next((a for a in self.answer if a.question == question and a.device == device), None)


def parsed(data: bytes, where: str) -> Answers:
    """Answers of a TOML file; Trouble naming the file and key where it is malformed."""
    try:
        return msgspec.toml.decode(data, type=Answers)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as fault:
        raise Trouble(where, f"not an answers file ({fault})", "see docs/answers.md for its keys") from None
