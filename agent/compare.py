"""What differs between two reports on the same evidence, device by device."""

from model.report import Finding, Report


def changes(before: Report, after: Report) -> list[str]:
    """One line a device whose outcome, maker or model differs, and one a device that only one report has."""
    old = {one.device: one for one in before.findings}
    new = {one.device: one for one in after.findings}
    lines = []
    for device in sorted(old.keys() | new.keys()):
        one, two = _words(old.get(device)), _words(new.get(device))
        if one != two:
            lines.append(f"{_called(new.get(device) or old[device])}: {one} -> {two}")
    if before.inputs.pack != after.inputs.pack:
        lines.append(f"pack {before.inputs.pack[:19]} -> {after.inputs.pack[:19]}")
    if before.inputs.engine != after.inputs.engine:
        lines.append(f"engine {before.inputs.engine[:25]} -> {after.inputs.engine[:25]}")
    return lines


def _words(one: Finding | None) -> str:
    return " ".join(filter(None, (one.outcome, one.maker, one.model))) if one else "not there"


def _called(one: Finding) -> str:
    return next(iter((*one.addresses, *one.names, *one.macs, *one.origins)), one.device)
