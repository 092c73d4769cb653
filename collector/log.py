"""The log on standard error: whatever an agent, a report or a request holds, a line of it stays one line of text."""

import logging
import sys

from reporters._text import shown


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(map(shown, super().format(record).split("\n")))


def logged() -> None:
    """Log what is said from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Plain("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.INFO)
