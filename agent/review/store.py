"""The answers file of a review: read, changed and written whole; two that write at once lose no word of each other."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock

import msgspec

from agent.results import write
from model.answering import toml
from model.answers import Answers, parsed
from model.canonical import digest
from model.trouble import Trouble

FILE = "answers.toml"
TRIES = 5  # times that a change is made again because somebody else wrote in the meantime


class Store:
    """One answers.toml, about the reports whose digests are `reports`; it need not exist yet."""

    def __init__(self, path: Path, reports: tuple[str, ...]) -> None:
        self.path, self.reports = path, reports
        self._lock = Lock()

    def read(self) -> Answers:
        """The answers as they stand; Trouble where the file is none, or is about another report."""
        answers = parsed(self._bytes(), str(self.path))
        given, found = set(answers.reports), set(self.reports)
        if given and given != found:
            what = f"the answers are about another report ({', '.join(sorted(given))})"
            raise Trouble(str(self.path), what, "name another --answers file, or answer for that report")
        return answers

    def change(self, made: Callable[[Answers], Answers]) -> Answers:
        """Write what `made` makes of the answers as they stand now; whatever another wrote meanwhile is in it.

        `made` may be called several times; Trouble it raises is passed on and nothing is written.
        """
        with self._lock:
            for _ in range(TRIES):
                seen = digest(self._bytes())
                answers = msgspec.structs.replace(made(self.read()), reports=self.reports)
                data = toml(answers)
                parsed(data, str(self.path))  # what is written can be read again
                if digest(self._bytes()) == seen:
                    self.path.parent.mkdir(parents=True, exist_ok=True)
                    write(self.path, data)
                    return answers
        raise Trouble(str(self.path), "another program writes it all the time", "end that program, then save again")

    def _bytes(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as fault:
            raise Trouble(str(self.path), f"cannot be read ({fault.strerror})", "check its rights") from None
