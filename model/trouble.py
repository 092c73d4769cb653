"""The one kind of error a person reads: what is wrong, where, and what to do; and where in the program a bug showed."""

from pathlib import Path


class Trouble(Exception):
    """A fault in somebody's input or machine, said in one line: `where: what: remedy`."""

    def __init__(self, where: str, what: str, remedy: str) -> None:
        self.where, self.what, self.remedy = where, what, remedy
        super().__init__(" ".join(f"{where}: {what}: {remedy}".split()))


class UsageTrouble(Trouble):
    """Trouble with the command line or the configuration: exit code 2 instead of 1."""


class Missing(Trouble):
    """Something optional is not installed: what needs it is left out and said, and the rest goes on."""


def place(fault: BaseException) -> str:
    """`file.py:line` where it was raised, `program` if it never was."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "program"
