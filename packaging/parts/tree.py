"""The packages of the lock as one folder, copied out of the environment that the lock made: offline, and refused where one differs."""

import importlib.metadata
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "core-paper.txt"
PIN = re.compile(r"^([a-z0-9-]+)==([^ \\]+)(.*)", re.MULTILINE)
NAME = re.compile(r"^[A-Za-z0-9._-]+")
EXTRAS = {"laydown": "paper", "pyhanko": "pkcs11"}  # that the lock takes
ELSEWHERE = "sys_platform == 'win32'"  # of packages that this kind of machine does without
LEFT_OUT = ("__pycache__", ".pyc")


def pins() -> dict[str, str]:
    """Package -> version of the lock, those of other systems left out."""
    return {name: version for name, version, rest in PIN.findall(LOCK.read_text()) if ELSEWHERE not in rest}


def needs(name: str) -> list[str]:
    """Names of what a package asks for, with the extra that the lock takes of it."""
    asked = importlib.metadata.distribution(name).requires or []
    extra = f'"{EXTRAS[name]}"' if name in EXTRAS else "no extra"
    found = (NAME.match(one) for one in asked if "extra ==" not in one or extra in one)
    return sorted({re.sub(r"[-_.]+", "-", one[0]).lower() for one in found if one})


def core() -> set[str]:
    """What the program asks for without any extra, and what that asks for in turn."""
    about = importlib.metadata.distribution("laydown").requires or []
    left = [NAME.match(one)[0].lower() for one in about if "extra ==" not in one]  # type: ignore[index]
    found: set[str] = set()
    while left:
        name = re.sub(r"[-_.]+", "-", left.pop())
        if name not in found and name in pins():
            found.add(name)
            left += needs(name)
    return found


def gather(folder: Path, names: set[str] | None = None) -> None:
    """All of it, or `names` of it, into `folder`; ValueError naming the first package whose version is not the lock's."""
    for name, version in pins().items():
        if names is not None and name not in names:
            continue
        try:
            found = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            raise ValueError(f"{name} is not installed: packaging/setup.sh core-paper") from None
        if found.version != version:
            raise ValueError(
                f"{name} {found.version} is installed, the lock says {version}: packaging/setup.sh core-paper"
            )
        _copy(found, folder)


def _copy(found: importlib.metadata.Distribution, folder: Path) -> None:
    for file in found.files or []:
        # What lies outside (scripts, data of other tools) is not the library's.
        if file.parts[0] != ".." and not any(part in str(file) for part in LEFT_OUT):
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(found.locate_file(file), target)
            target.chmod(0o755 if _executable(found.locate_file(file)) else 0o644)


def _executable(path: object) -> bool:
    return bool(Path(str(path)).stat().st_mode & stat.S_IXUSR)


def wheel(out: Path) -> Path:
    """The wheel of this project."""
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    copy = out / "source"
    copy.mkdir(parents=True)
    for name in ("model", "fingerprints", "reporters", "agent", "lab", "collector"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    subprocess.run([*build, "--wheel-dir", str(out), str(copy)], check=True, timeout=300)
    shutil.rmtree(copy)
    (made,) = out.glob("laydown-*.whl")
    return made


def unpack(made: Path, folder: Path) -> None:
    """The wheel's files into `folder`, with the record that an installer would write."""
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile", "--target"]
    subprocess.run([*install, str(folder), str(made)], check=True, timeout=300)
    shutil.rmtree(folder / "bin", ignore_errors=True)
