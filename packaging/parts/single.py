"""laydown.pyz: everything in one file that a Python of the same version runs; it unpacks itself once into the user's home."""

import subprocess
import sys
from pathlib import Path


def build(site: Path, out: Path) -> Path:
    """The file. --extend-pythonpath: the wire process and the steps of an agent are commands of the same program."""
    target = out / "laydown.pyz"
    words = [sys.executable, "-m", "shiv", "--site-packages", str(site), "--extend-pythonpath", "--reproducible"]
    words += ["--python", "/usr/bin/env python3", "--entry-point", "agent.command:main", "--output-file", str(target)]
    subprocess.run(words, check=True, timeout=600, capture_output=True)
    return target
