"""What differs between two reports on the same evidence, device by device."""

from model.report import Component, Finding, Report


def changes(before: Report, after: Report) -> list[str]:
    """One line a device whose outcome, maker, model, parts or authorities differ, and one a device that only one report has."""
    old = {one.device: one for one in before.findings}
    new = {one.device: one for one in after.findings}
    lines = []
    for device in sorted(old.keys() | new.keys()):
        told = _change(old.get(device), new.get(device))
        if told:
            lines.append(f"{_called(new.get(device) or old[device])}: {told}")
    if before.inputs.pack != after.inputs.pack:
        lines.append(f"pack {before.inputs.pack[:19]} -> {after.inputs.pack[:19]}")
    if before.inputs.engine != after.inputs.engine:
        lines.append(f"engine {before.inputs.engine[:25]} -> {after.inputs.engine[:25]}")
    return lines


def _change(one: Finding | None, two: Finding | None) -> str:
    told = [f"{_words(one)} -> {_words(two)}"] if _words(one) != _words(two) else []
    if one and two:
        told += [text for text in (_parts(one, two), _authorities(one, two)) if text]
    return "; ".join(told)


def _words(one: Finding | Component | None) -> str:
    return " ".join(filter(None, (one.outcome, one.maker, one.model))) if one else "not there"


def _parts(one: Finding, two: Finding) -> str:
    old, new = ({part.component: part for part in held.components} for held in (one, two))
    told = [
        f"part {name}: {_words(old.get(name))} -> {_words(new.get(name))}"
        for name in sorted(old.keys() | new.keys())
        if _words(old.get(name)) != _words(new.get(name))
    ]
    return "; ".join(told)


def _authorities(one: Finding, two: Finding) -> str:
    old, new = ({reach.id for reach in held.authorities} for held in (one, two))
    told = [f"+{name}" for name in sorted(new - old)] + [f"-{name}" for name in sorted(old - new)]
    return f"authorities {' '.join(told)}" if told else ""


def _called(one: Finding) -> str:
    return next(iter((*one.addresses, *one.names, *one.macs, *one.origins)), one.device)
