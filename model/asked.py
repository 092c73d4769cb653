"""Ask: one thing that only a person can say, as review puts it to them, whatever the way: terminal, page or sheet."""

import msgspec


class Ask(msgspec.Struct, frozen=True):
    """One question. `noun`: the table of answers.toml that the word belongs to (answer, choice, disposition, clock, waiver, exception,
    removal, look, signer); `fixed`: {field: value} of that noun which the question decides; `blanks`: its fields that the person fills.

    `key`: unique among the questions of one review and stable between runs. `options`: {field: allowed values}. `about`: what people
    call the thing; `why`: the finding, hold or clause that raises it; `said`: {field: value} of the word already given, {} if none.
    `group`: heading under which it is put. `optional`: it may stay open, as where no waiver was sought: nothing waits for it.
    """

    key: str
    text: str
    noun: str
    fixed: dict[str, str]
    blanks: tuple[str, ...]
    group: str
    options: dict[str, tuple[str, ...]] = {}
    about: str = ""
    why: str = ""
    cite: str = ""
    said: dict[str, str] = {}
    optional: bool = False

    @property
    def waits(self) -> bool:
        """Whether something waits for the answer."""
        return not self.said and not self.optional
