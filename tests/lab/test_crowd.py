"""A crowd on the desk's subnet: there, bounded in time and memory, each with its truth, none in another's place."""

from __future__ import annotations

import json
import shutil

import pytest

from lab import crowd, reading, truth
from lab.nouns import Site
from model.trouble import UsageTrouble
from tests.lab import stage

LOOK = """
import json, os, socket
from pathlib import Path
site = json.loads(Path(os.environ["LAB_SITE"]).read_text())
rows = [row for row in json.loads(Path(site["truth"]).read_text()) if row["device"].startswith("crowd-computer")]
said = 0
for row in rows:
    with socket.create_connection((row["addresses"][0], 22), timeout=3) as talk:
        said += talk.recv(64).startswith(b"SSH-2.0-")
status = Path(f"/proc/{os.getppid()}/status").read_text()
print(json.dumps([said, len(rows), int(status.split("VmHWM:")[1].split()[0])]))
"""


def joined(count: int) -> Site:
    return crowd.joined(reading.site(), count)


@pytest.mark.parametrize("mode", stage.WIRED)
def test_a_hundred_more_are_up_within_the_labs_minute(mode: str) -> None:
    code, site, said, kept = stage.play(mode, stage.PYTHON, "-c", LOOK, more=("--crowd", "100"))
    assert code == 0
    answered, computers, kilobytes = json.loads(said)
    assert answered == computers == 25
    assert kilobytes < 300_000
    assert site["targets"][0] == "10.77.1.0/24" and site["devices"] == len(reading.site().devices) + 100
    shutil.rmtree(kept.parent)


def test_all_that_fit_have_places_and_macs_of_their_own() -> None:
    whole = joined(190)
    places = [(leg.subnet, leg.host) for device in whole.devices for leg in device.legs if leg.host]
    macs = [leg.mac for device in whole.devices for leg in device.legs]
    assert len(set(places)) == len(places) and len(set(macs)) == len(macs)
    assert whole.desk_host not in [host for subnet, host in places if subnet == 1]
    assert all(whole.address(device.legs[0]) for device in whole.devices[-190:])


def test_covered_cameras_are_among_them() -> None:
    rows = [row for row in truth.expected(joined(100)) if row.device.startswith("crowd-")]
    assert len(rows) == 100
    assert sum(row.covered for row in rows) == 13 and {row.maker for row in rows if row.covered} == {"hikvision"}


@pytest.mark.parametrize("count", [-1, 191])
def test_a_crowd_that_does_not_fit_is_wrong_usage(count: int) -> None:
    with pytest.raises(UsageTrouble, match="does not fit"):
        joined(count)
