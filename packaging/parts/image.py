"""An OCI archive from scratch: the interpreter of this machine with what it and the packages are linked to, and /opt/laydown; no shell."""

import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from native import HOME, PYTHON

LINKED = re.compile(r"(/\S+) \(0x")
LOADER = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1")
LEFT_OUT = (
    "__pycache__",
    "test",
    "tests",
    "idlelib",
    "tkinter",
    "turtledemo",
    "ensurepip",
    "lib2to3",
    "dist-packages",
    "config-*",
)
USER = "10001"
ACCOUNTS = f"root:x:0:0:root:/:/sbin/nologin\nlaydown:x:{USER}:{USER}:Laydown:/var/lib/laydown:/sbin/nologin\n"


def root(environment: Path, folder: Path) -> None:
    """The image's whole file system in `folder`."""
    interpreter = Path(f"/usr/bin/{PYTHON}")
    library = Path(
        subprocess.run(
            [str(interpreter), "-c", "import os; print(os.path.dirname(os.__file__))"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
    )
    _put(interpreter, folder)
    shutil.copytree(
        library,
        folder / library.relative_to("/"),
        symlinks=False,
        ignore=shutil.ignore_patterns(*LEFT_OUT),
        ignore_dangling_symlinks=True,
    )
    there = folder / HOME.lstrip("/")
    shutil.copytree(environment, there, copy_function=os.link)
    (there / "bin" / "python3").symlink_to(interpreter)
    (folder / "usr/bin/laydown").symlink_to(f"{HOME}/bin/laydown")
    for path in sorted(_libraries([interpreter, *library.rglob("*.so"), *there.rglob("*.so*")], there)):
        _put(path, folder)
    for name, text in (("passwd", ACCOUNTS), ("group", f"root:x:0:\nlaydown:x:{USER}:\n")):
        (folder / "etc").mkdir(exist_ok=True)
        (folder / "etc" / name).write_text(text)
    for name in ("/etc/ssl/certs/ca-certificates.crt", "/etc/nsswitch.conf"):
        if Path(name).exists():
            _put(Path(name), folder)
    for name, mode in (
        ("tmp", 0o1777),
        ("etc/laydown", 0o755),
        ("var/lib/laydown", 0o700),
        ("work", 0o777),
        ("proc", 0o755),
        ("sys", 0o755),
        ("dev", 0o755),
    ):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name).chmod(mode)
    if os.geteuid() == 0:
        os.chown(folder / "var/lib/laydown", int(USER), int(USER))


def _put(path: Path, folder: Path) -> None:
    target = folder / str(path).lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, target, follow_symlinks=True)


def _libraries(files: list[Path], own: Path) -> Iterator[Path]:
    """Every library that the files are linked to, but for those that the packages bring along; and the loader."""
    found = {Path(name) for name in LOADER if Path(name).exists()}
    listed = [str(path) for path in files if path.is_file()]
    for at in range(0, len(listed), 200):
        told = subprocess.run(["ldd", *listed[at : at + 200]], capture_output=True, text=True, timeout=300).stdout
        found |= {Path(name) for name in LINKED.findall(told)}
    triplet = sysconfig.get_config_var("MULTIARCH") or "x86_64-linux-gnu"
    # Names are looked up by a library that nothing is linked to.
    found |= set(Path(f"/lib/{triplet}").glob("libnss_[df]*.so.2"))
    yield from (path for path in found if own not in path.parents)


def build(folder: Path, version: str, out: Path, storage: Path) -> Path:
    """The archive, by buildah, whose storage is `storage` and nothing of this machine's."""
    target = out / f"laydown-{version}.oci.tar"
    base = ["buildah", "--root", str(storage / "root"), "--runroot", str(storage / "run"), "--storage-driver", "vfs"]

    def buildah(*words: str) -> str:
        done = subprocess.run([*base, *words], check=True, capture_output=True, text=True, timeout=600)
        return done.stdout.strip()

    name = buildah("from", "scratch")
    buildah("copy", "--quiet", name, str(folder), "/")
    entry = ["--entrypoint", f'["{HOME}/bin/laydown"]', "--cmd", "agent run", "--user", USER, "--workingdir", "/site"]
    labels = [
        "--label",
        "org.opencontainers.image.title=laydown",
        "--label",
        f"org.opencontainers.image.version={version}",
    ]
    labels += ["--label", "org.opencontainers.image.licenses=MIT AND GPL-3.0-or-later"]
    buildah(
        "config", *entry, *labels, "--volume", "/var/lib/laydown", "--env", "STATE_DIRECTORY=/var/lib/laydown", name
    )
    target.unlink(missing_ok=True)
    buildah(
        "commit",
        "--quiet",
        "--rm",
        "--disable-compression=false",
        "--format",
        "oci",
        name,
        f"oci-archive:{target}:laydown:{version}",
    )
    shutil.rmtree(storage, ignore_errors=True)
    return target
