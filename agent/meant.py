"""Which device of a report a person means: its id, or an address, MAC, name, serial or origin that it alone has."""

from model.report import Finding, Report
from model.trouble import UsageTrouble

SOME = 3


def meant(report: Report, word: str, where: str) -> Finding:
    """The finding; UsageTrouble at `where` if none or several answer to `word`."""
    wanted = word.strip().casefold()
    found = [one for one in report.findings if one.device == wanted]
    found = found or [one for one in report.findings if wanted in _called(one)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageTrouble(
            where, f"no device {word[:80]!r} in this report", "name an id, address, MAC or name that it prints"
        )
    some = ", ".join(one.device for one in found[:SOME]) + (" and more" if found[SOME:] else "")
    raise UsageTrouble(where, f"{len(found)} devices answer to {word[:80]!r}", f"name one by its id: {some}")


def _called(one: Finding) -> set[str]:
    words = (*one.addresses, *one.macs, *one.names, *one.origins, one.serial)
    return {word.casefold() for word in words if word}
