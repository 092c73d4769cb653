"""The one kind of error a person reads: what is wrong, where, and what to do."""


class Trouble(Exception):
    """A fault in somebody's input or machine, said in one line: `where: what: remedy`."""

    def __init__(self, where: str, what: str, remedy: str) -> None:
        self.where, self.what, self.remedy = where, what, remedy
        super().__init__(" ".join(f"{where}: {what}: {remedy}".split()))


class UsageTrouble(Trouble):
    """Trouble with the command line or the configuration: exit code 2 instead of 1."""


class Missing(Trouble):
    """Something optional is not installed: what needs it is left out and said, and the rest goes on."""
