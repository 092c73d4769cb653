"""A PostgreSQL server of the tests' own: Debian's, in its own folder, on its own socket, run by a user without rights, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "log_min_messages": "fatal",
}


def there() -> bool:
    """Whether this machine has a server."""
    return bool(PLACES) and (os.geteuid() != 0 or _user() is not None)


def _user() -> str | None:
    """Who runs the server: root may not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    return None


class Server:
    """`with Server()`: `database(name)` gives the URL of a new one, owned by a login that row-level security holds."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ldpg", dir="/tmp"))  # a socket's path is at most 107 letters
        self.user = _user()
        self.process: subprocess.Popen[bytes] | None = None
        if self.user:
            held = pwd.getpwnam(self.user)
            os.chown(self.folder, held.pw_uid, held.pw_gid)

    def __enter__(self) -> Server:
        self.run(
            "initdb",
            "-D",
            str(self.folder / "data"),
            "-A",
            "trust",
            "-U",
            "boss",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C",
        )
        self.start()
        self.sql("create role laydown login")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, program: str, *words: str) -> str:
        """Run one of the server's own programs."""
        done = subprocess.run(
            [PLACES[-1] / program, *words],
            user=self.user,
            cwd="/",
            capture_output=True,
            text=True,
            timeout=60,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        """Start it, and wait until it answers. After a crash its last children may still be there for a moment: then once more."""
        words = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        program = [PLACES[-1] / "postgres", "-D", str(self.folder / "data"), "-k", str(self.folder), *words]
        for _ in range(200):
            if self.process is None or self.process.poll() is not None:
                self.process = subprocess.Popen(
                    program, user=self.user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            if subprocess.run([PLACES[-1] / "pg_isready", "-h", str(self.folder), "-q"], timeout=10).returncode == 0:
                return
            time.sleep(0.1)
        raise AssertionError("PostgreSQL did not start")

    def stop(self, how: signal.Signals) -> None:
        """End it: SIGQUIT at once, SIGKILL as a crash does (its children notice by themselves)."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(20)
            self.process = None

    def sql(self, text: str, database: str = "postgres") -> str:
        """Run SQL as the server's own master."""
        return self.run("psql", "-h", str(self.folder), "-U", "boss", "-d", database, "-Atqc", text)

    def database(self, name: str) -> str:
        """The URL of a new database."""
        self.sql(f"create database {name} owner laydown")
        return f"postgresql://laydown@/{name}?host={self.folder}"
