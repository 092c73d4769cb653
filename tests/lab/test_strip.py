"""With every maker's name taken out, no answer names anybody: the ground on which no device may be called clear."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest

from lab import nouns, reading, strip, truth
from lab.snmp import ber
from lab.speech.snmp import view
from tests.lab import stage

NAMED = reading.site()
SITE = strip.anonymous(NAMED)
WORDS = sorted({word for device in NAMED.devices for word in device.words})
each = pytest.mark.parametrize("device", SITE.devices, ids=lambda device: device.name)


def texts(device: nouns.Device) -> Iterator[str]:
    """Every text that this device can send, SNMP tables included."""
    for port in device.port:
        yield port.answer
        if port.certificate:
            yield from (port.certificate.subject, port.certificate.issuer)
        for page in port.page:
            yield page.body
            yield from (value for _, value in page.headers)
    yield from (ber.element(value)[1].decode("latin-1") for _, value in view(SITE, device))


@each
def test_no_answer_holds_a_makers_word(device: nouns.Device) -> None:
    pattern = re.compile("|".join(map(re.escape, WORDS)), re.IGNORECASE)
    assert [text for text in texts(device) if pattern.search(text)] == []


@each
def test_no_makers_number_is_left(device: nouns.Device) -> None:
    enterprises, left = (1, 3, 6, 1, 4, 1), set()
    for oid, value in view(SITE, device):
        tag, body, _ = ber.element(value)
        for each_oid in (oid, *([ber.oid_of(body)] if tag == ber.OID else [])):
            left |= {each_oid[6]} if each_oid[:6] == enterprises and len(each_oid) > 6 else set()
    assert left <= {strip.NUMBER}
    engine = device.snmp.engine_id if device.snmp else ""
    assert not engine or engine.startswith(f"{0x8000_0000 | strip.NUMBER:08x}")


def test_macs_are_documentation_ones_and_differ() -> None:
    macs = [leg.mac for device in SITE.devices for leg in device.legs]
    assert len(set(macs)) == len(macs)
    local = {mac for mac in macs if int(mac[:2], 16) & 2}  # names nobody as it is
    assert all(mac.startswith("00:00:5e:00:53:") for mac in set(macs) - local)
    assert len(macs) - len(local) > 40


def test_the_named_site_does_hold_such_words() -> None:
    """Else the tests above could not fail."""
    named = {device.name for device in NAMED.devices if device.words}
    assert len(named) >= 25 and len(WORDS) > 60


def test_nothing_in_it_may_be_called_clear() -> None:
    assert not [row for row in truth.expected(SITE) if "clear" in row.outcomes or row.covered or row.maker]


def test_it_runs() -> None:
    code, site, said, kept = stage.play("loopback", *stage.VISIT, more=("--anonymous",))
    assert code == 0 and site["anonymous"] is True
    assert "Cisco" not in said and "800007db" not in said and "SSH-2.0-Example" in said
    shutil.rmtree(kept.parent)
