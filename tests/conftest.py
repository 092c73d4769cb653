"""Rules every test lives under: what it needs, what it may reach.

For those who write tests:

- `@pytest.mark.needs("snmpd", "ip", "root")`: each word is a command (looked for on PATH and in the sbin folders), a
  Python module written `py:pysnmp`, `root`, or `userns` (an ordinary user's own namespaces work here). What is missing
  skips the test with the reason. For a whole module: `pytestmark = pytest.mark.needs(...)`. The fixture `command` gives
  full paths: `command("snmpd")`.
- `@pytest.mark.shared`: the test reads the folder `shared` beside the clone; it skips where that is absent. The fixture
  `shared` gives the folder.
- `@pytest.mark.namespaces`: the test works in network namespaces that it makes and removes itself. Every other test has
  a shut network: a socket that leaves loopback raises `ReachedOut` (tests/house/guard.py). Child processes are not
  guarded: start them in a namespace or on 127.0.0.1.
- `LAYDOWN_REQUIRE_ALL=1` (CI): every skip, by whatever means, fails the run, except for want of the folder `shared`.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Generator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.house import guard

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SEARCH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"])
REQUIRE_ALL = os.environ.get("LAYDOWN_REQUIRE_ALL") == "1"
MARKS = {
    "needs(*words)": "skips where a command, `py:module`, `root` or `userns` is missing",
    "shared": "reads the folder `shared` beside the clone; skips where it is absent",
    "namespaces": "makes its own network namespaces, so the network guard stays open",
}


@cache
def _has(word: str) -> bool:
    """Whether this machine has the command, module or right that `word` names."""
    if word == "root":
        return os.geteuid() == 0
    if word == "userns":
        return subprocess.run(["unshare", "-Urnm", "true"], capture_output=True).returncode == 0
    if word.startswith("py:"):
        return importlib.util.find_spec(word.removeprefix("py:")) is not None
    return shutil.which(word, path=SEARCH) is not None


def pytest_configure(config: pytest.Config) -> None:
    # Behind `&` a shell lets SIGINT be ignored, and what is started from here would inherit that: tests interrupt scans.
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name, purpose in MARKS.items():
        config.addinivalue_line("markers", f"{name}: {purpose}")
    guard.install()
    # How long one example takes says how busy the machine is; what must be quick has a test that counts its processor's seconds.
    settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole scans of the lab first, so that one process begins with them and waits while the others work; at the end all would."""
    items.sort(key=lambda item: not item.nodeid.startswith(("tests/site/", "tests/test_site.py")))


def pytest_runtest_setup(item: pytest.Item) -> None:
    words = [word for mark in item.iter_markers("needs") for word in mark.args]
    missing = sorted({word for word in words if not _has(word)})
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    if _lacks_shared(item):
        pytest.skip("needs the folder `shared` beside the clone")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    if not item.get_closest_marker("namespaces"):
        return (yield)
    with guard.opened():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail") and not _lacks_shared(item):
        report.outcome, report.longrepr = "failed", f"skipped, but LAYDOWN_REQUIRE_ALL=1: {_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if REQUIRE_ALL and report.outcome == "skipped":
        report.outcome, report.longrepr = "failed", f"skipped, but LAYDOWN_REQUIRE_ALL=1: {_reason(report)}"
    return report


def _lacks_shared(item: pytest.Item) -> bool:
    return item.get_closest_marker("shared") is not None and not SHARED.is_dir()


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


@pytest.fixture(scope="session")
def command() -> Callable[[str], str]:
    """Gives a command's full path, the sbin folders included; `needs` has made sure that it is there."""

    def find(word: str) -> str:
        path = shutil.which(word, path=SEARCH)
        assert path is not None, f"no command {word}: name it in @pytest.mark.needs"
        return path

    return find


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `shared` beside the clone; for tests marked `shared`."""
    return SHARED
