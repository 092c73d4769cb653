"""HOST-RESOURCES-MIB and Printer-MIB: a printer's model and serial number (RFC 2790, RFC 3805)."""

from collections.abc import Callable, Iterator

from agent.decode.say import said
from agent.decode.walk import Walk
from model.claims import Fact

KIND, DESCRIPTION = "1.3.6.1.2.1.25.3.2.1.2", "1.3.6.1.2.1.25.3.2.1.3"
SERIAL = "1.3.6.1.2.1.43.5.1.1.17"
PRINTER = "1.3.6.1.2.1.25.3.1.5"
ROOTS = (KIND, DESCRIPTION, SERIAL)
SCALARS: tuple[str, ...] = ()


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`printer.model` of the first device that is a printer, and `printer.serial`.

    Only where Printer-MIB answers: a server lists the printers that it prints to as its own devices too.
    """
    if not walk.holds(SERIAL):
        return
    models = (index for index, kind in walk.texts(KIND).items() if kind.lstrip(".") == PRINTER)
    for index in list(models)[:1]:
        oid = f"{DESCRIPTION}.{index}"
        if walk.get(oid):
            yield from said(evidence_of(oid), "self", "printer.model", walk.text(oid))
    for index, serial in list(walk.texts(SERIAL).items())[:1]:
        yield from said(evidence_of(f"{SERIAL}.{index}"), "self", "printer.serial", serial)
