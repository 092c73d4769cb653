"""The .deb and the .rpm: the program and its packages in an environment of their own under /opt/laydown; its units are not enabled."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from tree import ROOT

HOME = "/opt/laydown"
PYTHON = f"python{sys.version_info[0]}.{sys.version_info[1]}"
LAUNCHER = f"#!{HOME}/bin/python3 -PE\nimport sys\n\nfrom agent.command import main\n\nsys.exit(main())\n"
VENV = f"home = /usr/bin\ninclude-system-site-packages = false\nversion = {sys.version.split()[0]}\n"
ARCH = {"x86_64": "amd64", "aarch64": "arm64"}
UNITS = (
    "laydown-agent.service",
    "laydown-agent-once.service",
    "laydown-agent-once.timer",
    "laydown-wire.socket",
    "laydown-wire@.service",
)
DOCS = ("agent.md", "config.md", "licences.md", "packaging.md")


def environment(site: Path, folder: Path) -> None:
    """`folder` as it will be /opt/laydown: the packages of `site`, compiled, and a way in."""
    packages = folder / "lib" / PYTHON / "site-packages"
    packages.parent.mkdir(parents=True)
    shutil.copytree(site, packages, copy_function=os.link)  # the same files, twice named
    # Nobody may write there later; by content, so that the same source gives the same files whenever it was unpacked.
    compile_ = [sys.executable, "-m", "compileall", "-q", "-j", "2", "--invalidation-mode", "unchecked-hash"]
    places = ["-s", str(packages), "-p", f"{HOME}/lib/{PYTHON}/site-packages"]
    subprocess.run(
        [*compile_, *places, str(packages)], timeout=600, capture_output=True
    )  # templates of others do not compile
    (folder / "bin").mkdir()
    (folder / "pyvenv.cfg").write_text(VENV)
    launcher = folder / "bin" / "laydown"
    launcher.write_text(LAUNCHER)
    launcher.chmod(0o755)


def build(folder: Path, version: str, machine: str, at: int, out: Path, kinds: tuple[str, ...]) -> list[Path]:
    """Packages of the environment in `folder`, into `out`; `at`: seconds since 1970, of the source."""
    made = []
    config = folder.parent / "nfpm.json"
    for kind in kinds:
        config.write_text(json.dumps(_described(folder, version, machine, kind, at)))
        target = out / (
            f"laydown_{version}_{ARCH[machine]}.deb" if kind == "deb" else f"laydown-{version}.{machine}.rpm"
        )
        nfpm = Path(sys.executable).with_name("nfpm")
        subprocess.run(
            [str(nfpm), "package", "--config", str(config), "--packager", kind, "--target", str(target)],
            check=True,
            timeout=600,
            capture_output=True,
        )
        made.append(target)
    return made


def _described(folder: Path, version: str, machine: str, kind: str, at: int) -> dict[str, object]:
    """What nfpm reads: JSON is YAML too."""
    units, docs = ROOT / "packaging" / "systemd", ROOT / "docs"
    contents: list[dict[str, object]] = [{"src": str(folder), "dst": HOME, "type": "tree"}]
    contents += [{"src": f"/usr/bin/{PYTHON}", "dst": f"{HOME}/bin/python3", "type": "symlink"}]
    contents += [{"src": f"{HOME}/bin/laydown", "dst": "/usr/bin/laydown", "type": "symlink"}]
    contents += [{"src": str(units / name), "dst": f"/usr/lib/systemd/system/{name}"} for name in UNITS]
    contents += [{"src": str(units / "laydown.sysusers"), "dst": "/usr/lib/sysusers.d/laydown.conf"}]
    contents += [{"src": str(docs / name), "dst": f"/usr/share/doc/laydown/{name}"} for name in DOCS]
    contents += [{"src": str(ROOT / "LICENSE"), "dst": "/usr/share/doc/laydown/copyright"}]
    contents += [{"dst": "/etc/laydown", "type": "dir", "file_info": {"mode": 0o750}}]
    scripts = {"postinstall": "after-install.sh", "preremove": "before-remove.sh", "postremove": "after-remove.sh"}
    return {
        "name": "laydown",
        "arch": ARCH[machine],
        "platform": "linux",
        "version": version,
        "section": "net",
        "priority": "optional",
        "mtime": datetime.fromtimestamp(at, UTC).isoformat(),
        "maintainer": "The Laydown authors <laydown@laydown.invalid>",
        "description": "Finds what is on a site network, says who made it and how it knows,\nand drafts the papers a person signs.",
        "license": "MIT AND GPL-3.0-or-later",
        "contents": contents,
        "scripts": {name: str(units / file) for name, file in scripts.items()},
        "depends": [PYTHON],
        "deb": {"compression": "zstd"},
        "rpm": {
            "compression": "zstd:3",
            "buildhost": "laydown.invalid",
            "summary": "Finds what is on a site network and who made it",
        },
    }
