"""The locks: every package pinned and hashed, no index named, what setup.cfg asks for in them, licences told."""

from __future__ import annotations

import configparser
import importlib.metadata
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = {path.stem: path.read_text() for path in sorted((ROOT / "requirements").glob("*.txt"))}
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)
FAMILIES = {"GPL": "GPL|GNU General", "Apache": "Apache", "BSD": "BSD", "MIT": "MIT", "PSF": "PSF|Python Software"}


def pins(lock: str) -> dict[str, str]:
    """Package name -> version, of one lock."""
    return dict(PIN.findall(LOCKS[lock]))


def asked_for(extras: list[str]) -> set[str]:
    """Names that setup.cfg asks for, spelt as locks spell them."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    wanted = [config["options"]["install_requires"], *(config["options.extras_require"][name] for name in extras)]
    lines = "\n".join(wanted).split()
    return {re.split(r"[<>=\[;]", line)[0].lower() for line in lines}


def table() -> dict[str, str]:
    """Package -> licence, from docs/licences.md."""
    rows = re.findall(r"^\| ([a-z0-9-]+) \| ([^|]+) \|", (ROOT / "docs/licences.md").read_text(), re.MULTILINE)
    return dict(row for row in rows if row[0] != "package")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_a_pin_with_hashes_or_a_comment(lock: str) -> None:
    entries = LOCKS[lock].replace("\\\n", "").splitlines()
    plain = [line for line in entries if line.strip() and not line.lstrip().startswith("#")]
    assert plain
    bad = [line for line in plain if not (PIN.match(line) and "--hash=sha256:" in line)]
    assert not bad, bad[:3]


@pytest.mark.parametrize("lock", LOCKS)
def test_no_index_is_named(lock: str) -> None:
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|file:", LOCKS[lock])


@pytest.mark.parametrize(
    ("lock", "extras"), [("core-paper", ["paper"]), ("all", ["paper", "collector", "tests", "quality"])]
)
def test_what_setup_asks_for_is_locked(lock: str, extras: list[str]) -> None:
    assert asked_for(extras) <= pins(lock).keys()


def test_the_smaller_lock_is_part_of_the_larger() -> None:
    assert pins("core-paper").items() <= pins("all").items()


def test_every_locked_package_has_its_licence_told() -> None:
    assert table().keys() == pins("core-paper").keys()


@pytest.mark.parametrize("package", sorted(pins("core-paper")))
def test_a_licence_told_is_the_one_the_package_states(package: str) -> None:
    told = table()[package]
    try:
        about = importlib.metadata.metadata(package)
    except importlib.metadata.PackageNotFoundError:
        assert f"{package}==" in LOCKS["core-paper"]
        assert "sys_platform == 'win32'" in LOCKS["core-paper"].split(f"{package}==")[1].splitlines()[0]
        return
    fields = [field for key in ("License-Expression", "License") for field in about.get_all(key) or []]
    kinds = [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
    stated = " ".join(field[:80] for field in fields + kinds)
    families = {family for family, words in FAMILIES.items() if re.search(words, stated)}
    assert all(family in told for family in families), f"{package} states {sorted(families)}, docs/licences.md {told}"
