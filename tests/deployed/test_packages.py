"""What people install: built once, each put on a machine of its own from scratch, and there it scans the lab and pushes its report."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from model.report import Report
from tests.deployed.desk import Desk, contents, serving

ROOT = Path(__file__).resolve().parents[2]
TARGETS = "127.77.2.10-127.77.2.13"  # of the lab: a recorder and cameras
PYTHON = Path(f"/usr/bin/python3.{sys.version_info.minor}")  # the packages are for the version that builds them
AT = "1790000000"
SYSTEM = [
    pytest.mark.needs("root", "unshare", "mount", "chroot", "setpriv"),
    pytest.mark.skipif(not PYTHON.exists(), reason=f"needs {PYTHON}"),
]
BARE = "setpriv --reuid laydown --regid laydown --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs"
MACHINE = """set -eu
mount --make-rprivate /; mount -t tmpfs tmpfs {room}; mkdir {room}/up {room}/work {room}/m
mount -t overlay overlay -o lowerdir=/,upperdir={room}/up,workdir={room}/work {room}/m
rm -rf {room}/m/var/lib/laydown {room}/m/etc/laydown  # of an agent that lives on the real machine, which keeps its own
for name in proc dev sys; do mount --rbind /$name {room}/m/$name; done
mkdir -p {room}/m{work}; mount --bind {work} {room}/m{work}
cat >{room}/m/go.sh <<'GO'
set -eu
{script}
GO
chroot {room}/m /bin/sh /go.sh
"""

UNDER_SYSTEMD = """[site]
id = "hq"
[authority]
name = "R. Roe"
[scope]
targets = ["127.0.0.1"]
[[credential]]
name = "c"
version = "2c"
scopes = ["127.0.0.9"]
community_file = "credential:c"
"""
PROBE = """
exec >/out/out 2>&1
cp /out/agent.toml /etc/laydown/agent.toml
mkdir -p /etc/systemd/system/laydown-agent-once.service.d /etc/systemd/system/laydown-agent.service.d
echo s3cret >/etc/laydown/secret
for unit in laydown-agent laydown-agent-once; do
    printf '[Service]\nLoadCredential=c:/etc/laydown/secret\n' >/etc/systemd/system/$unit.service.d/secret.conf
done
systemctl daemon-reload
laydown agent enroll {url} --token one-time-token-1 --config /etc/laydown/agent.toml
systemctl start laydown-wire.socket
LAYDOWN_WIRE=/run/laydown/wire.sock {bare} /opt/laydown/bin/python3 -c "
from agent.wire_client import WireProcess
from model.spans import Spans
wire = WireProcess(Spans(), Spans(), 1.0, [])
print('lacks', repr(wire.lacks))
wire.close()"
systemctl start laydown-agent-once.service
echo once $?
systemctl start laydown-agent.service
sleep 2
systemctl reload laydown-agent.service
systemctl is-active laydown-agent.service
systemctl stop laydown-agent.service
systemctl --failed --no-legend --no-pager list-units "laydown*"
echo end
"""
BOOT = """set -eu
mount -t tmpfs tmpfs {room}; mkdir {room}/up {room}/work {room}/m
mount -t overlay overlay -o lowerdir=/,upperdir={room}/up,workdir={room}/work {room}/m
cd {room}/m
rm -rf var/lib/laydown etc/laydown
mkdir -p out; mount --bind {work} out
mount -t proc proc proc; mount --bind proc/sys proc/sys; mount -o remount,bind,ro proc/sys
mount --bind /sys sys; mount -o remount,bind,ro sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs tmpfs dev
for name in null zero full random urandom tty ptmx; do touch dev/$name; mount --bind /dev/$name dev/$name; done
mkdir dev/shm dev/pts; ln -s /proc/self/fd dev/fd; touch dev/console
chroot . sh -c "dpkg -i --force-depends /out/*.deb >/dev/null 2>&1"
cat >etc/systemd/system/probe.service <<'UNIT'
[Service]
Type=oneshot
TimeoutStartSec=90
ExecStart=/bin/sh /out/probe.sh
ExecStopPost=/bin/systemctl poweroff --force --force
UNIT
mkdir old
pivot_root . old
exec chroot . /bin/sh -c '
umount -l /old; mount --make-rshared /
exec /usr/bin/env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=probe.service --show-status=no
'
"""


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All kinds, without what drafts papers; built once, whichever of the test processes asks first."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    made = base / "dist"
    with (base / "dist.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made / "SHA256SUMS").exists():
            kinds = [
                kind
                for kind in ("wheel", "pyz", "deb", "rpm", "oci")
                if kind != "oci" or (shutil.which("buildah") and PYTHON.exists())
            ]
            line = [sys.executable, "packaging/packages.py", "--core", "--out", str(made), *kinds]
            done = subprocess.run(
                line, cwd=ROOT, capture_output=True, text=True, timeout=400, env={**os.environ, "SOURCE_DATE_EPOCH": AT}
            )
            assert done.returncode == 0, done.stderr
    return made


def only(dist: Path, pattern: str) -> Path:
    (found,) = dist.glob(pattern)
    return found


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The simulated site, on loopback addresses of this machine."""
    folder = tmp_path_factory.mktemp("lab")
    line = [
        sys.executable,
        "-m",
        "lab",
        "--quiet",
        "--mode",
        "loopback",
        "--time",
        "240",
        "--dir",
        str(folder),
        "--",
        "cat",
    ]
    child = subprocess.Popen(
        line, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            if (folder / "site.json").exists():
                break
            _pause(child)
        yield json.loads((folder / "site.json").read_bytes())
    finally:
        assert child.stdin
        child.stdin.close()
        child.wait(30)


def _pause(child: subprocess.Popen[bytes]) -> None:
    try:
        raise AssertionError(f"the lab ended: {child.wait(0.1)}")
    except subprocess.TimeoutExpired:
        pass


class Machine:
    """A folder with an agent.toml and the lab's map, and a desk to report to; `script` is what a person types."""

    def __init__(self, folder: Path, lab: dict[str, Any], url: str) -> None:
        self.folder, self.url = folder, url
        folder.chmod(0o777)
        shutil.copy(lab["port_map"], folder / "ports.json")
        (folder / "ports.json").chmod(0o644)

    def configured(self, state: str, place: str) -> None:
        """agent.toml, for a state folder as the packaged program sees it."""
        text = f'[site]\nid = "hq"\n[authority]\nname = "R. Roe"\n[agent]\nstate = "{state}"\n'
        (self.folder / "agent.toml").write_text(text)
        self.place = place

    def script(self, laydown: str) -> str:
        """Enrol, scan the lab, push, look."""
        return f"""cd {self.place}
{laydown} --version
{laydown} agent enroll {self.url} --token one-time-token-1
{laydown} scan {TARGETS} -o out --profile fast --port-map ports.json >scan.out || test $? = 4
{laydown} push out
{laydown} agent run --once
{laydown} agent status
"""


def arrived(desk: Desk) -> None:
    """One whole report, judged by the rules and the registry that were in the package."""
    ((_, data),) = desk.stored.items()
    about, held = contents(data, next(iter(desk.agents.values()))[1])
    import msgspec

    report = msgspec.json.decode(held["report.json"], type=Report)
    assert about.release == "full" and report.summary.covered >= 2
    assert report.inputs.registry and {"hikvision", "dahua"} <= {one.maker for one in report.findings}


@pytest.fixture
def machine(lab: dict[str, Any], desk: Desk) -> Iterator[Machine]:
    """In a folder of its own: pytest shuts its own folders to everybody else, whenever another run of it begins."""
    with tempfile.TemporaryDirectory(prefix="laydown-machine-") as folder, serving(desk) as url:
        yield Machine(Path(folder), lab, url)


def run(line: list[str], **more: Any) -> str:
    done = subprocess.run(line, capture_output=True, text=True, timeout=150, **more)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return done.stdout


CLEAN = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def test_the_wheel_in_an_environment_of_its_own(dist: Path, machine: Machine, desk: Desk, tmp_path: Path) -> None:
    """As pipx makes it; the packages that it asks for are taken from here instead of an index."""
    room = tmp_path / "room"
    run([sys.executable, "-m", "venv", "--without-pip", str(room)])
    python = str(room / "bin" / "python")
    run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            python,
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            str(only(dist, "*.whl")),
        ]
    )
    (site,) = (room / "lib").glob("python*/site-packages")
    here = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "packages.pth").write_text(f"{here}\n")
    machine.configured(str(machine.folder / "state"), str(machine.folder))
    run(["sh", "-euc", machine.script(str(room / "bin" / "laydown"))], env=CLEAN)
    arrived(desk)


@pytest.mark.skipif(not PYTHON.exists(), reason=f"needs {PYTHON}")
def test_the_single_file_runs_for_anybody(dist: Path, machine: Machine, desk: Desk, tmp_path: Path) -> None:
    shutil.copy(only(dist, "laydown.pyz"), machine.folder)
    names = zipfile.ZipFile(machine.folder / "laydown.pyz").namelist()
    assert any("fingerprints/registry/" in name and name.endswith(".bin") for name in names)
    machine.configured(str(machine.folder / "state"), str(machine.folder))
    home = {**CLEAN, "HOME": str(machine.folder), "SHIV_ROOT": str(machine.folder / "unpacked")}
    somebody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if os.geteuid() == 0 else []
    run([*somebody, "sh", "-euc", machine.script(f"{PYTHON} {machine.folder}/laydown.pyz")], env=home)
    arrived(desk)


def system(machine: Machine, tmp_path: Path, script: str) -> str:
    """The script as root on a copy of this machine that forgets everything; its network is this machine's loopback."""
    room = tmp_path / "machine"
    room.mkdir()
    line = MACHINE.format(room=room, work=machine.folder, script=script)
    return run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", line],
        env=CLEAN | {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
    )


class TestOnASystem:
    pytestmark = SYSTEM

    @pytest.mark.needs("dpkg", "systemd-analyze")
    def test_deb(self, dist: Path, machine: Machine, desk: Desk, tmp_path: Path) -> None:
        shutil.copy(only(dist, "*.deb"), machine.folder)
        machine.configured("/var/lib/laydown", "/tmp/here")
        told = system(
            machine,
            tmp_path,
            f"""dpkg -i --force-depends {machine.folder}/*.deb >/dev/null 2>&1
getent passwd laydown | cut -d: -f1,6,7
stat -c '%U %G %a' /etc/laydown
test ! -e /etc/systemd/system/multi-user.target.wants/laydown-agent.service
systemd-analyze verify /usr/lib/systemd/system/laydown-*.service /usr/lib/systemd/system/laydown-wire.socket 2>&1 | grep -i laydown || true
for unit in laydown-agent laydown-agent-once laydown-wire@; do
    systemd-analyze security --offline=true --no-pager --threshold=25 $unit.service | tail -1
done
mkdir -p /tmp/here; cp {machine.folder}/agent.toml {machine.folder}/ports.json /tmp/here
chown -R laydown:laydown /tmp/here; cp /tmp/here/agent.toml /etc/laydown
{machine.script(f"{BARE} /usr/bin/laydown")}
dpkg -r laydown >/dev/null 2>&1
test ! -e /usr/bin/laydown -a -e /var/lib/laydown/agent.sqlite -a -e /etc/laydown/agent.toml
dpkg -P laydown >/dev/null 2>&1
test ! -e /var/lib/laydown -a ! -e /etc/laydown && echo purged
""",
        ).splitlines()
        assert told[0].startswith("laydown:/var/lib/laydown:") and told[1] == "root laydown 750"
        exposures = [line for line in told if "exposure level" in line]
        assert len(exposures) == 3 and all("OK" in line for line in exposures), told
        assert told[2] == exposures[0], f"systemd-analyze verify says: {told[2]}"
        assert told[-1] == "purged"
        arrived(desk)

    @pytest.mark.needs("dpkg", "systemctl")
    def test_the_units_under_a_real_systemd(self, dist: Path, machine: Machine, desk: Desk, tmp_path: Path) -> None:
        """Booted for this alone: the hardened agent scans, sends, reads a credential, and reaches the wire process by its socket."""
        shutil.copy(only(dist, "*.deb"), machine.folder)
        (machine.folder / "probe.sh").write_text(PROBE.format(url=machine.url, bare=BARE))
        (machine.folder / "agent.toml").write_text(UNDER_SYSTEMD)
        room = tmp_path / "machine"
        room.mkdir()
        line = BOOT.format(room=room, work=machine.folder)
        alone_ = ["unshare", "--mount", "--pid", "--fork", "--cgroup", "--ipc", "--uts", "--propagation", "private"]
        done = subprocess.run([*alone_, "sh", "-c", line], capture_output=True, text=True, timeout=120)
        out = machine.folder / "out"
        assert out.exists(), done.stderr
        told = out.read_text().splitlines()
        assert told[-1] == "end" and "lacks ''" in told and "active" in told, told
        assert "once 0" in told and not any("failed" in one for one in told), told
        about = desk.reports()[0]
        assert (about.site, about.release) == ("hq", "full") and desk.beats[0].state in ("idle", "scanning", "waiting")

    @pytest.mark.needs("rpm")
    def test_rpm(self, dist: Path, machine: Machine, desk: Desk, tmp_path: Path) -> None:
        shutil.copy(only(dist, "*.rpm"), machine.folder)
        machine.configured("/var/lib/laydown", "/tmp/here")
        told = system(
            machine,
            tmp_path,
            f"""rpm -i --nodeps --dbpath /rpmdb {machine.folder}/*.rpm
rpm -q --dbpath /rpmdb --requires laydown | head -1
rpm -V --dbpath /rpmdb --nodeps --nogroup --nomode laydown && echo verified
mkdir -p /tmp/here; cp {machine.folder}/agent.toml {machine.folder}/ports.json /tmp/here
chown -R laydown:laydown /tmp/here
{machine.script(f"{BARE} /usr/bin/laydown")}
rpm -e --dbpath /rpmdb --nodeps laydown
test ! -e /usr/bin/laydown -a -e /var/lib/laydown/agent.sqlite && echo kept
""",
        ).splitlines()
        assert told[0] == PYTHON.name and "verified" in told and told[-1] == "kept"
        arrived(desk)


@pytest.mark.needs("root", "buildah")
@pytest.mark.skipif(not PYTHON.exists(), reason=f"needs {PYTHON}")
def test_the_image_holds_its_own_interpreter_and_no_shell(
    dist: Path, machine: Machine, desk: Desk, tmp_path: Path
) -> None:
    archive = only(dist, "*.oci.tar")
    names = layers(archive)
    assert "opt/laydown/bin/laydown" in names and not any(
        name in names for name in ("bin/sh", "usr/bin/sh", "bin/bash")
    )
    machine.configured("/site/state", "/site")
    storage = [
        "buildah",
        "--root",
        str(tmp_path / "root"),
        "--runroot",
        str(tmp_path / "run"),
        "--storage-driver",
        "vfs",
    ]
    name = run([*storage, "from", f"oci-archive:{archive}"]).strip()
    lines = [line.split(" >")[0].split()[1:] for line in machine.script("laydown").splitlines()[1:]]
    (machine.folder / "go.py").write_text(
        "import subprocess, sys\n"
        f"for words in {lines!r}:\n"
        "    code = subprocess.run(['/usr/bin/laydown', *words]).returncode\n"
        "    if code not in ((0, 4) if words[0] == 'scan' else (0,)):\n"
        "        sys.exit(f'{words}: {code}')\n"
    )
    inside = ["run", "--isolation", "chroot", "--volume", f"{machine.folder}:/site", name, "--"]
    run([*storage, *inside, "/opt/laydown/bin/python3", "/site/go.py"])
    arrived(desk)
    assert (machine.folder / "state" / "agent.sqlite").stat().st_uid == 10001


def layers(archive: Path) -> set[str]:
    """Every name in the image, each blob checked by its digest, as the OCI image layout has it."""
    found: set[str] = set()
    with tarfile.open(archive) as tar:

        def blob(told: dict[str, Any]) -> bytes:
            data = tar.extractfile(f"blobs/{told['digest'].replace(':', '/')}").read()  # type: ignore[union-attr]
            assert (f"sha256:{hashlib.sha256(data).hexdigest()}", len(data)) == (told["digest"], told["size"])
            return data

        assert json.loads(tar.extractfile("oci-layout").read())["imageLayoutVersion"] == "1.0.0"  # type: ignore[union-attr]
        (index,) = json.loads(tar.extractfile("index.json").read())["manifests"]  # type: ignore[union-attr]
        manifest = json.loads(blob(index))
        config = json.loads(blob(manifest["config"]))["config"]
        assert (config["User"], config["Entrypoint"]) == ("10001", ["/opt/laydown/bin/laydown"])
        from io import BytesIO

        for one in manifest["layers"]:
            with tarfile.open(fileobj=BytesIO(blob(one))) as layer:
                found |= {name.removeprefix("./").strip("/") for name in layer.getnames()}
    return found


def test_the_bill_of_materials_is_one(dist: Path, command: Callable[[str], str]) -> None:
    """By CycloneDX's own schema; every package of the tree, its licence, and who needs it."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = only(dist, "*.cdx.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    told = json.loads(text)
    sums = dict(line.split()[::-1] for line in (dist / "SHA256SUMS").read_text().splitlines())
    wheel = only(dist, "*.whl")
    assert (
        told["metadata"]["component"]["hashes"][0]["content"]
        == sums[wheel.name]
        == hashlib.sha256(wheel.read_bytes()).hexdigest()
    )
    names = {one["name"] for one in told["components"]}
    assert {"msgspec", "cryptography", "urllib3", "scapy"} <= names and not names & {"typst", "pytest"}
    assert all(one["licenses"] for one in told["components"])
    needed = {one["ref"]: set(one.get("dependsOn", ())) for one in told["dependencies"]}
    held = zipfile.ZipFile(dist / "laydown.pyz").namelist()
    for one in told["components"]:
        assert any(one["bom-ref"] in row for row in needed.values()), f"nobody needs {one['name']}"
        prefix = f"site-packages/{one['name'].replace('-', '_')}-{one['version']}.dist-info/".lower()
        assert any(name.lower().startswith(prefix) for name in held), one["name"]
