"""A result folder that a stranger packed: pipes, devices, links and paths in it end nothing but their own line."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.command import main
from agent.deployed.parcel import members
from agent.plain_file import bytes_of
from agent.results import REPORT
from agent.signing.folder import FILE as STATEMENT
from agent.spool import BODIES, FILE, Spool, copy, read
from model.canonical import canonical, digest
from model.evidence import Evidence, Observation, observed
from model.parcel import NEEDED

LONG = b"x" * 5_000


@pytest.fixture(autouse=True)
def bounds() -> Iterator[None]:
    """What would wait for ever, or read without end, fails instead."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, before[1]))
    signal.signal(signal.SIGALRM, lambda *_: pytest.fail("it waits for ever"))
    signal.alarm(30)
    yield
    signal.alarm(0)
    resource.setrlimit(resource.RLIMIT_AS, before)


def one(body: bytes = LONG) -> Evidence:
    return observed(Observation("test", "here/lo", "10.0.0.1", "q", "answered", "2026-11-23T18:19:06.000001Z"), body)


def body_of(folder: Path) -> Path:
    sha = digest(LONG)[7:]
    return folder / BODIES / sha[:2] / sha


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Spool(tmp_path) as spool:
        spool.write(one())
    return tmp_path


@pytest.mark.parametrize("strange", ["pipe", "endless", "long"])
def test_a_body_that_is_no_file_of_that_size_is_told(folder: Path, strange: str) -> None:
    path = body_of(folder)
    path.unlink()
    if strange == "pipe":
        os.mkfifo(path)
    elif strange == "endless":
        path.symlink_to("/dev/zero")
    else:
        path.touch()
        os.truncate(path, 1 << 40)
    told: list[str] = []
    assert not list(read(folder, told.append)) and len(told) == 1


@pytest.mark.parametrize("named", ["/dev/zero", "../../../../../../dev/zero", "A" * 64, "0" * 63])
def test_a_path_is_no_digest(folder: Path, named: str) -> None:
    said = one().observation
    held = {
        "answer": {"media": "a/b", "sha256": named, "size": 9},
        "asked": said.asked,
        "parent": None,
        "step": 0,
        "v": 1,
    }
    text = canonical(
        {**held, "probe": "test", "seen_at": said.seen_at, "status": "answered", "target": "", "vantage": ""}
    )
    with (folder / FILE).open("ab") as file:
        file.write(canonical({"id": digest(text)}).replace(b"}", b',"observation":' + text + b"}\n"))
    told: list[str] = []
    assert list(read(folder, told.append)) == [one()] and "the body does not match its digest" in told[0]


def test_a_link_takes_no_file_of_this_machine_along(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    private, out = tmp_path_factory.mktemp("home") / "private", tmp_path_factory.mktemp("out")
    private.write_bytes(b"planted5ecret")
    for name in ("f" * 64, "notes.txt"):
        (folder / BODIES / name).symlink_to(private)
    (folder / BODIES / "more").symlink_to(private.parent)
    (folder / BODIES / "ff").mkdir()
    (folder / BODIES / "ff" / ("f" * 64)).symlink_to(private)
    for name in NEEDED["full"]:
        (folder / name).touch()
    assert {part.name for part in members(folder) if part.name.startswith(BODIES)} == {
        body_of(folder).relative_to(folder).as_posix()
    }
    copy(folder, out)
    assert body_of(out).read_bytes() == LONG and list(read(out)) == [one()]
    assert [path.name for path in out.rglob("*") if path.is_file()] == [FILE, body_of(out).name]


@pytest.mark.parametrize("name", [FILE, REPORT, STATEMENT])
def test_commands_end_where_a_pipe_lies(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / REPORT).write_bytes(b"{}")
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    for line in (("verify",), ("assess", "-o", str(folder / "again")), ("report",)):
        with pytest.raises(SystemExit) as ended:
            main([line[0], str(folder), *line[1:]])
        out, err = capsys.readouterr()
        assert ended.value.code in (1, 2) or name != FILE, (line, out)
        assert "a fault of this program" not in err


def test_a_file_without_end_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    big = tmp_path / "leases.csv"
    big.touch()
    os.truncate(big, 1 << 40)
    with pytest.raises(SystemExit):
        main(["import", str(big), "-o", str(tmp_path / "out")])
    assert "longer than 1,073,741,824 bytes" in capsys.readouterr().err
    with pytest.raises(OSError, match="no plain file"):
        bytes_of(Path("/dev/zero"))
