"""Asking: what only a person can say about this filing, and no more than its findings, holds and clauses raise."""

from collections.abc import Iterable

from model.asked import Ask
from model.filing import Filing
from reporters.asking._boxes import boxes
from reporters.asking._clauses import carried, fields, questions
from reporters.asking._clocks import clocks
from reporters.asking._devices import devices
from reporters.asking._holds import classes, holds
from reporters.asking._plans import removals
from reporters.asking._reviews import looks, records
from reporters.asking._signer import signer


def asked(filing: Filing, forms: Iterable[str] = ()) -> list[Ask]:
    """Every question, in the order in which a person would take them; those with a word already given carry it in `said`.

    `forms`: ids of forms or regimes to ask for beside those that the entity's contracts carry; UsageTrouble for another. Questions of
    one key are one question.
    """
    forms = tuple(forms)
    laws = carried(filing, forms)
    found = [
        *classes(filing),
        *holds(filing),
        *devices(filing),
        *clocks(filing),
        *looks(filing, laws),
        *records(filing),
        *fields(filing, laws),
        *questions(filing, forms),
        *removals(filing),
        *boxes(filing, laws),
        *signer(filing),
    ]
    return list({one.key: one for one in found}.values())
