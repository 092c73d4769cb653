"""The demo's part at the desk of the simulated site: read what the lab says of itself, write agent.toml, run a real scan.

Run by `laydown demo` as `python -m agent.demo_desk DIR`, inside the lab, with LAB_SITE set by it.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from model.trouble import Trouble

AUTHORITY = '[authority]\nname = "Sample Officer"\nticket = "DEMO-1"\nwindow = "now"\n'


def main(folder: Path) -> None:
    """Replace this process by `laydown scan` over the lab."""
    try:
        site = json.loads(Path(os.environ["LAB_SITE"]).read_text())
    except (KeyError, OSError, ValueError):
        raise Trouble("LAB_SITE", "names no site description", "start this through `laydown demo`") from None
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "agent.toml"
    config.write_text(configured(site))
    words = ["scan", "--config", str(config), "-o", str(folder), "--profile", "fast", "--multicast"]
    words += ["--upstream", site["upstream"]] if site.get("upstream") else []
    words += ["--port-map", site["port_map"]] if site.get("port_map") else []
    from agent.command import main as laydown

    laydown(words)


def configured(site: dict[str, Any]) -> str:
    """agent.toml for the lab. JSON strings are TOML strings too, so nothing a path holds can break out."""
    lines = ['[site]\nid = "lab"\nname = "The simulated site"\ncountry = "US"\n', AUTHORITY, "[scope]"]
    lines.append(f"targets = {json.dumps(site['targets'])}")
    lines.append(f"exclude = {json.dumps(site['exclusions'])}")
    lines.append('exclude_reason = "a controller in production, left alone on its owner\'s word (sample)"')
    for credential in site["credentials"]:
        lines.append("\n[[credential]]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in credential.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
