"""`make fuzz`: coverage-guided fuzzing of every reader with atheris. `python tests/fuzz/run.py [SECONDS] [TARGET...]`.

Each target gets SECONDS (60 if not said) in a process of its own, from the recorded answers on; what it finds is written to
.make/fuzz/TARGET/, and its name printed with the command that repeats it. Exit 1 if anything was found.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".make" / "fuzz"
PER_INPUT = 10  # seconds
MEMORY = 2048  # MB


def main(words: list[str]) -> int:
    """The campaign, or with `--one TARGET OPTION...` the process of one target."""
    if words[:1] == ["--one"]:
        return _one(words[1], words[2:])
    from tests.fuzz.targets import targets

    seconds = next((word for word in words if word.isdigit()), "60")
    wanted = [word for word in words if not word.isdigit()] or sorted(targets())
    unknown = sorted(set(wanted) - set(targets()))
    if unknown:
        print(f"make fuzz: no target {unknown[0]!r}: choose from {', '.join(sorted(targets()))}", file=sys.stderr)
        return 2
    found = [name for name in wanted if not _ran(name, seconds)]
    print(f"{len(wanted)} targets, {seconds} s each: {', '.join(found) or 'nothing'} found")
    return 1 if found else 0


def _ran(name: str, seconds: str) -> bool:
    from tests.fuzz.targets import seeds

    home = HOME / name.replace("/", "-")
    corpus = home / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(name)):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-timeout={PER_INPUT}", f"-rss_limit_mb={MEMORY}", "-max_len=65536"]
    command = [sys.executable, __file__, "--one", name, *options, f"-artifact_prefix={home}/", str(corpus)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        (home / "log").write_text(done.stdout + done.stderr)
        print(f"{name}: found something: {home}/log; again: {sys.executable} {__file__} --one {name} {home}/crash-*")
    else:
        runs = next((line for line in reversed(done.stderr.splitlines()) if line.startswith("Done ")), "done")
        print(f"{name}: {runs.lower()}", flush=True)
    return not done.returncode


def _one(name: str, options: list[str]) -> int:
    import atheris

    with atheris.instrument_imports(include=["agent"]):
        from tests.fuzz.targets import targets

        target = targets()[name]
    atheris.Setup([__file__, *options], target)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
