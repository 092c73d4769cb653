"""Answers: what only a person can say, bound to the report's digest. Read from answers.toml; unknown keys are refused by name."""

import msgspec

from model.trouble import Trouble


class Signer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who answers for the paper. Dates are ISO 8601 days."""

    name: str = ""
    title: str = ""
    date: str = ""


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A representation chosen by a named person: `answer` is `does`, `does-not`, `will` or `will-not`, in the form's own words.

    `form`: the id of the form it is for, "" for any that has the box; `contract`: its number, "" for the entity's own form.
    """

    box: str
    answer: str
    by: str
    date: str
    form: str = ""
    contract: str = ""


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
    """One answered question: `device` "" where the question is about the entity; `question` an open question's id or a form's field.

    `contract`: its number where the answer holds for one contract alone; `service`: the name of a service it is about.
    """

    question: str
    text: str
    by: str
    date: str
    device: str = ""
    contract: str = ""
    service: str = ""


class ClockWord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person's word on a clock candidate: `accept` is `yes` (the clock ran from `moment`, a written time with zone) or `no`.

    `clause`: the regime's id; `device`: whose finding opened the candidate; `contract`: "" for all that carry the clause.
    """

    clause: str
    device: str
    accept: str
    by: str
    date: str
    reason: str
    moment: str = ""
    contract: str = ""


class Waiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A waiver or exemption, sought or granted. `authority`: the id of one in the waiver authorities (docs/waivers.md); `part`: A or B.

    `approval`: digest of the written approval, needed for `status = "granted"`; `start`, `end`: ISO days. It lifts no hold.
    """

    authority: str
    status: str
    by: str
    date: str
    part: str = ""
    contract: str = ""
    scope: str = ""
    region: str = ""
    supply_category: str = ""
    start: str = ""
    end: str = ""
    approval: str = ""
    devices: tuple[str, ...] = ()


class Excepted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person on an exception for one device. `kind`: `cannot-see-user-data` (both conditions asked) or `third-party-connection`.

    `route`: can it route or redirect user data traffic; `see`: can it permit visibility into user data or packets; `yes`, `no` or "".
    """

    kind: str
    device: str
    by: str
    date: str
    reason: str
    route: str = ""
    see: str = ""


class Removal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The plan for one device: what it does, by what it is replaced, when, at what cost. `start`, `end`: ISO days.

    `cost`: a decimal number as text, "" while nobody knows; `currency`: ISO 4217.
    """

    device: str
    by: str
    date: str
    purpose: str = ""
    replacement: str = ""
    start: str = ""
    end: str = ""
    cost: str = ""
    currency: str = "USD"
    contract: str = ""
    supply_category: str = ""


class Look(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A review of a list by a person. `what`: `sam-exclusions` or `fascsa-orders`; `words`: what was searched and what it showed.

    `saved`: digest of the saved result.
    """

    what: str
    by: str
    date: str
    words: str
    saved: str = ""


class Answers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a person said. `reports`: digests of the report.json files it was said about; `sample`: every page is marked SAMPLE."""

    reports: tuple[str, ...] = ()
    sample: bool = False
    signer: Signer = Signer()
    choice: tuple[Choice, ...] = ()
    disposition: tuple[Disposition, ...] = ()
    answer: tuple[Answer, ...] = ()
    clock: tuple[ClockWord, ...] = ()
    waiver: tuple[Waiver, ...] = ()
    exception: tuple[Excepted, ...] = ()
    removal: tuple[Removal, ...] = ()
    look: tuple[Look, ...] = ()

    def said(self, question: str, device: str = "", contract: str = "", service: str = "") -> Answer | None:
        """The answer to `question` about `device` or `service`, for `contract` before one for all; None: never a guess.

        What nobody is named for, or says nothing, is no answer; nor are two that differ, whoever gave them.
        """
        for held in dict.fromkeys((contract, "")):
            about = (question, device, held, service)
            found = [a for a in self.answer if (a.question, a.device, a.contract, a.service) == about and _whole(a)]
            if found:
                return found[0] if len({a.text.strip() for a in found}) == 1 else None
        return None


def _whole(answer: Answer) -> bool:
    return bool(answer.text.strip() and answer.by.strip())


def parsed(data: bytes, where: str) -> Answers:
    """Answers of a TOML file; Trouble naming the file and key where it is malformed."""
    try:
        return msgspec.toml.decode(data, type=Answers)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as fault:
        raise Trouble(where, f"not an answers file ({fault})", "see docs/answers.md for its keys") from None
