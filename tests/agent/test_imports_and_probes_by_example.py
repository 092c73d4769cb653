"""The examples of add-a-probe.md, add-a-import.md and add-a-mib.md work by being in the folder, and only by that."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from agent.ask import Reply, Target, Tcp
from agent.mibs import _all
from agent.readers import readers
from model import folder
from model.trouble import Trouble
from tests.agent.reading import driven, heard, said, walk, written

DOCS = Path(__file__).resolve().parents[2] / "docs"
_CODE = re.compile(r"`agent/(\w+)/(\w+)\.py`:\n\n```python\n(.*?)```", re.DOTALL)


@pytest.fixture
def added(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The page's example, written into a folder that stands beside the package's own."""
    found = _CODE.search((DOCS / request.param).read_text("utf-8"))
    assert found is not None, f"{request.param} has no example that says where it belongs"
    package, name, code = found.groups()
    (tmp_path / f"{name}.py").write_text(code, "utf-8")
    room = importlib.import_module(f"agent.{package}")
    assert name not in folder.names(f"agent.{package}")
    monkeypatch.setattr(room, "__path__", [*room.__path__, str(tmp_path)])
    importlib.invalidate_caches()
    yield folder.module(f"agent.{package}", name)
    sys.modules.pop(f"agent.{package}.{name}")
    delattr(room, name)


@pytest.mark.parametrize("added", ["add-a-probe.md"], indirect=True)
def test_a_probe(added: ModuleType) -> None:
    asked, kept = driven(added, Target(address="192.0.2.7"), lambda _: Reply("answered", b"220 mail.example ESMTP\r\n"))
    assert isinstance(asked[0], Tcp) and asked[0].port == 25
    assert said(readers()["smtp"](kept)) == {("self", "smtp.banner", "mail.example ESMTP")}
    assert list(added.read([heard("smtp", "greeting (tcp/25)", b"\xff\x00junk")])) == []


@pytest.mark.parametrize("added", ["add-a-import.md"], indirect=True)
def test_an_import(added: ModuleType) -> None:
    text = re.search(r"```text\n(.*?)```", (DOCS / "add-a-import.md").read_text("utf-8"), re.DOTALL)
    assert text is not None
    data = text[1].encode()
    assert added.sniff("ethers", data) and not added.sniff("unnamed", data)
    good, bad = added.take(written(data))
    assert bad.observation.asked == "line 2: not MAC NAME"
    assert said(readers()["ethers"]([good])) == {("station:00:00:5e:00:53:27", "dns.name", "door.example")}
    with pytest.raises(Trouble):
        list(added.take(written(b"nothing of the kind\n")))


@pytest.mark.parametrize("added", ["add-a-mib.md"], indirect=True)
def test_a_mib(added: ModuleType) -> None:
    assert set(added.SCALARS) <= set(_all.scalars())
    facts = said(_all.facts(walk(b"1.3.6.1.4.1.99999.1.1.0|4|EX-1\n1.3.6.1.4.1.99999.1.2.0|4|EX0001\n")))
    # Nothing names the box here, so that its tree is told of, too.
    assert facts - {("self", "snmp.private_tree", "99999")} == {
        ("self", "example.model", "EX-1"),
        ("self", "example.serial", "EX0001"),
    }


def test_what_is_not_in_the_folder_is_not_known() -> None:
    assert "smtp" not in readers() and "ethers" not in readers()


KEY = re.compile(r'"((?:[a-z0-9_]+\.[a-z0-9_-]+)|html_title|html_body|attached|network)"')


def test_every_key_that_readers_write_is_explained() -> None:
    page = (DOCS / "facts.md").read_text("utf-8")
    code = "".join(
        path.read_text("utf-8")
        for room in ("mibs", "probes", "imports")
        for path in (DOCS.parent / "agent" / room).glob("*.py")
    )
    families = (
        "snmp",
        "entity",
        "lldp",
        "cdp",
        "ups",
        "printer",
        "ssh",
        "telnet",
        "ftp",
        "http_header",
        "favicon",
        "x509",
        "rtsp_header",
    )
    families += (
        "sip_header",
        "nmap",
        "mac",
        "ip",
        "dns",
        "tcp",
        "huawei",
        "zte",
        "hikvision",
        "dahua",
        "hytera",
        "juniper",
        "apc",
        "dell",
    )
    keys = {key for key in KEY.findall(code) if key.partition(".")[0] in families}
    assert len(keys) > 60
    missing = {key for key in keys if f"`{key}`" not in page and f"`.{key.partition('.')[2]}`" not in page}
    assert not missing
