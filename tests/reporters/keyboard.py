"""A headless chromium driven by keys alone, over its debugging pipe: no port is opened, nothing is on a network."""

from __future__ import annotations

import json
import os
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.reporters.test_browser import FLAGS

KEYS = {"Tab": 9, "Enter": 13, "Space": 32, "ArrowDown": 40}
TEXTS = {"Enter": "\r", "Space": " "}
SECONDS = 10
KEPT = [one for one in FLAGS if "pdf" not in one]  # a flag of a printing browser ends it as soon as a page is there


class Browser:
    """One page: `press` a key, `ask` an expression."""

    def __init__(self, chromium: str, folder: Path) -> None:
        (theirs, self._to), (self._from, answers) = os.pipe(), os.pipe()
        own = [f"--user-data-dir={folder / 'profile'}", "--remote-debugging-pipe", "--window-size=1280,1024"]
        line = ["bash", "-c", f'exec "$@" 3<&{theirs} 4>&{answers}', "bash", chromium, *KEPT, *own, "about:blank"]
        self._process = subprocess.Popen(line, pass_fds=(theirs, answers), stderr=subprocess.DEVNULL)
        os.close(theirs)
        os.close(answers)
        self._number, self._rest, self._session = 0, b"", ""

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(SECONDS)
        os.close(self._to)
        os.close(self._from)

    def open(self, page: Path) -> None:
        """The page, loaded."""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable")
        self._call("Page.navigate", url=page.as_uri())
        assert any(one.get("method") == "Page.loadEventFired" for one in self._messages()), "the page does not load"
        self._call("Page.bringToFront")

    def press(self, key: str) -> None:
        """A key, down and up."""
        told: dict[str, Any] = {"key": " " if key == "Space" else key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
        self._call("Input.dispatchKeyEvent", type="keyDown", text=TEXTS.get(key, ""), **told)
        self._call("Input.dispatchKeyEvent", type="keyUp", **told)

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        return self._call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        said = {"id": self._number, "method": method, "params": parameters} | (
            {"sessionId": self._session} if self._session and not method.startswith("Target.") else {}
        )
        os.write(self._to, json.dumps(said).encode() + b"\0")
        for found in self._messages():
            if found.get("id") == self._number:
                assert "error" not in found, found
                result: dict[str, Any] = found["result"]
                return result
        raise AssertionError(f"{method}: the browser has ended, or says nothing")

    def _messages(self) -> Iterator[dict[str, Any]]:
        while True:
            one, mark, rest = self._rest.partition(b"\0")
            if mark:
                self._rest = rest
                yield json.loads(one)
                continue
            there, _, _ = select.select([self._from], [], [], SECONDS)
            more = os.read(self._from, 65536) if there else b""
            if not more:
                return
            self._rest += more


@contextmanager
def browser(chromium: str, folder: Path, data: bytes) -> Iterator[Browser]:
    """A browser with the page open."""
    page = folder / "page.html"
    page.write_bytes(data)
    with Browser(chromium, folder) as one:
        one.open(page)
        yield one
