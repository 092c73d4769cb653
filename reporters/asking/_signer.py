"""Who signs: name, title and day at the line for the signature, which itself is never given here."""

from collections.abc import Iterator

from model.asked import Ask
from model.filing import Filing

OPEN = ("name", "title", "date")


def signer(filing: Filing) -> Iterator[Ask]:
    """One question."""
    held = filing.answers.signer
    yield Ask(
        key="signer",
        text="Who signs for the entity?",
        noun="signer",
        fixed={},
        blanks=OPEN,
        group="Representations",
        about="the entity",
        why="the name, title and day are printed; the signature is the person's own",
        said={name: getattr(held, name) for name in OPEN if getattr(held, name)},
    )
