"""An office machine of any kind imports, assesses, reports, reviews, attests, signs and verifies: nothing of a Unix stands on that way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "lab" / "sample"
# Modules and names that Python has on Unix alone (docs.python.org: "Availability: Unix"), and packages that need a Unix kernel.
MODULES = "fcntl grp nis ossaudiodev pty pwd resource spwd syslog termios tty crypt readline curses".split()
FUNCTIONS = """
chown chroot fchdir fchmod fchown fork forkpty getegid geteuid getgid getgroups getloadavg getpgid getpgrp getpriority
getresuid getsid getuid initgroups killpg lchown lockf mkfifo mknod nice openpty posix_fadvise posix_spawn pread preadv pwrite pwritev
sched_getaffinity setegid seteuid setgid setgroups setpgid setpriority setsid setuid statvfs sync tcgetpgrp
ttyname uname wait3""".split()
SIGNALS = "SIGALRM SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGTSTP SIGUSR1 SIGUSR2 SIGWINCH alarm pause setitimer".split()
KERNEL = ("pyroute2", "scapy", "agent.wire", "agent.links")
WITHOUT = f"""
import os, signal, sys
import subprocess, tempfile, zipfile, shutil, threading, socketserver, http.server  # of the library itself, which knows its own system
for name in {MODULES!r}:
    sys.modules[name] = None
for name in {FUNCTIONS!r}:
    if hasattr(os, name):
        delattr(os, name)
for name in {SIGNALS!r}:
    if hasattr(signal, name):
        delattr(signal, name)
from agent.command import main
try:
    main(sys.argv[1:])
finally:
    loaded = [name for name in {KERNEL!r} if name in sys.modules]
    if loaded:
        print("loaded:", *loaded, file=sys.stderr)
"""


def office(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """A command where there is no Unix."""
    line = [sys.executable, "-c", WITHOUT, *map(str, words)]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, timeout=90)
    assert "loaded:" not in done.stderr, done.stderr
    assert done.returncode in (0, 4), f"{words}: {done.stderr}"
    return done


def test_the_way_from_files_to_a_signed_paper(tmp_path: Path) -> None:
    office(tmp_path, "import", SAMPLE / "depot", "-o", "depot", "--site", "depot")
    office(tmp_path, "assess", "depot", "-o", "again")
    for form in ("csv", "html", "json"):
        office(tmp_path, "report", "depot", "-f", form, "-o", f"report.{form}")
    assert "depot" in (tmp_path / "report.html").read_text()
    (tmp_path / "entity.toml").write_text('name = "Example Marine LLC"\n[[site]]\nid = "depot"\n')
    office(tmp_path, "review", "depot", "--entity", "entity.toml", "--list")
    (tmp_path / "answers.toml").write_text("sample = true\n")
    words = (
        "depot",
        "--entity",
        "entity.toml",
        "--form",
        "far-52.204-26",
        "--answers",
        "answers.toml",
        "-o",
        "filings",
    )
    office(tmp_path, "attest", *words)
    assert list((tmp_path / "filings").iterdir())
    office(tmp_path, "keygen", "site.key")
    office(tmp_path, "sign", "depot", "--key", "site.key")
    told = office(tmp_path, "verify", "depot", "--pub", "site.key.pub").stdout
    assert "FAILED" not in told and "ok" in told


def test_a_reviews_sheet_there_and_back(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    office(tmp_path, "import", SAMPLE / "depot", "-o", "depot", "--site", "depot")
    (tmp_path / "entity.toml").write_text('name = "Example Marine LLC"\n[[site]]\nid = "depot"\n')
    office(tmp_path, "review", "depot", "--entity", "entity.toml", "--sheet", "questions.xlsx")
    assert (tmp_path / "questions.xlsx").stat().st_size > 4000


def test_the_screen_would_find_a_unix() -> None:
    """What the tests above take away is really gone."""
    for sin in ("import fcntl", "import os; os.geteuid()", "import signal; signal.SIGKILL"):
        code = WITHOUT.replace("from agent.command import main\n", f"{sin}\nfrom agent.command import main\n")
        assert (
            subprocess.run(
                [sys.executable, "-c", code, "--version"], cwd=ROOT, capture_output=True, timeout=30
            ).returncode
            != 0
        )
