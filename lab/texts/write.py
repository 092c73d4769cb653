"""Writes the site as files into a folder: a terminal log for each device that has a console, leases, and hosts' neighbours."""

import importlib
import time
from collections.abc import Iterator
from pathlib import Path

from lab.nouns import Device, Site
from lab.strip import Strip
from lab.texts import leases, neighbours


def write(site: Site, folder: Path) -> list[Path]:
    """The files, those of terminals named `DEVICE.log`. In an anonymous site no maker's name stands in them."""
    folder.mkdir(parents=True, exist_ok=True)
    strip = Strip.of(site).text if site.anonymous else str
    made = []
    for name, text in (*_logs(site), *leases.files(site, time.time()), *neighbours.files(site)):
        path = folder / name
        path.write_text(strip(text))
        made.append(path)
    return made


def _logs(site: Site) -> Iterator[tuple[str, str]]:
    for device in site.devices:
        if device.console:
            yield f"{device.name}.log", log(site, device)


def log(site: Site, device: Device) -> str:
    """A terminal's log: each command behind its prompt, what it printed, and the word that left the terminal."""
    console = importlib.import_module(f"lab.texts.{device.console}")
    prompt = console.prompt(device)
    said = (f"{prompt}{command}\n{text}\n" for command, text in console.commands(site, device))
    return "".join(said) + f"{prompt}quit\n"
