"""Builds what people install, into dist/: wheel, laydown.pyz, .deb, .rpm, OCI archive, the program's own SBOM, and their digests.

    python packaging/packages.py [--core] [--out DIR] [wheel|pyz|deb|rpm|oci ...]

Works offline, from the environment that packaging/setup.sh made: every package is the one that requirements/core-paper.txt names.
"""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "parts"))

import image
import native
import sbom
import single
import tree

KINDS = ("wheel", "pyz", "deb", "rpm", "oci")


def main() -> int:
    """Build what was asked for, or all; each line names a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=tree.ROOT / "dist")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)}; all unless said")
    parser.add_argument("--core", action="store_true", help="without what drafts papers: PDF, DOCX, XLSX, PAdES")
    asked = parser.parse_args()
    kinds = tuple(asked.kinds or KINDS)
    if strange := sorted(set(kinds) - set(KINDS)):
        parser.error(f"{strange[0]} is no kind of package: choose from {', '.join(KINDS)}")
    if "oci" in kinds and not shutil.which("buildah"):
        parser.error("oci needs buildah: install it (sudo apt install buildah), or name the other kinds")
    if "oci" in kinds and not Path(f"/usr/bin/{native.PYTHON}").exists():
        parser.error(f"oci takes the system's {native.PYTHON} along: install it, or name the other kinds")
    shutil.rmtree(asked.out, ignore_errors=True)
    asked.out.mkdir(parents=True)
    try:
        with tempfile.TemporaryDirectory(prefix="laydown-packages-") as room:
            build(kinds, asked.out.resolve(), Path(room), tree.core() if asked.core else None)
    except (ValueError, OSError) as fault:
        print(f"packages: {fault}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as fault:
        said = (fault.stderr or fault.stdout or b"")[-2000:]
        print(f"packages: {fault.cmd[0]} failed: {said if isinstance(said, str) else said.decode()}", file=sys.stderr)
        return 1
    return 0


def build(kinds: tuple[str, ...], out: Path, room: Path, names: set[str] | None) -> None:
    """The kinds into `out`, with all packages of the lock or with `names`; `room` is for what lies in between."""
    os.umask(0o022)
    os.environ["SOURCE_DATE_EPOCH"] = str(_when())
    wheel = tree.wheel(room / "wheel")
    version, machine = wheel.name.split("-")[1], platform.machine()
    shutil.copy(wheel, out)
    (out / f"laydown-{version}.cdx.json").write_text(sbom.sbom(wheel, _when(), names))
    site = room / "site"
    if set(kinds) - {"wheel"}:
        tree.gather(site, names)
        tree.unpack(wheel, site)
    if "pyz" in kinds:
        single.build(site, out)
    if set(kinds) & {"deb", "rpm", "oci"}:
        native.environment(site, room / "laydown")
        wanted = tuple(kind for kind in ("deb", "rpm") if kind in kinds)
        native.build(room / "laydown", version, machine, _when(), out, wanted)
    if "oci" in kinds:
        image.root(room / "laydown", room / "image")
        image.build(room / "image", version, out, room / "storage")
    _digests(out)


def _when() -> int:
    """The source's own time, so that the same source gives the same files."""
    if found := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(found)
    done = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=tree.ROOT, capture_output=True, text=True)
    return int(done.stdout.strip() or 0)


def _digests(out: Path) -> None:
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(out.iterdir())]
    (out / "SHA256SUMS").write_text("".join(lines))
    for path in sorted(out.iterdir()):
        print(f"{path}: {path.stat().st_size / 1e6:,.1f} MB")


if __name__ == "__main__":
    sys.exit(main())
