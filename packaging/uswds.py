"""Trims the US Web Design System's stylesheet to the patterns that the collector's pages use; its colours become variables.

python packaging/uswds.py PACKAGE   (the unpacked npm package @uswds/uswds; writes collector/web/static/uswds.css)

A colour is named after what it does and what it was (`--ink-1b1b1b`, `--bg-fff`): laydown.css turns each over in the dark.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

KEPT = """alert breadcrumb button button-group checkbox error-message fieldset form-group hint input label legend pagination radio select
 skipnav sr-only step-indicator summary-box table table-container tag textarea sidenav""".split()
LEFT = re.compile(
    r"inverse|dark-background|usa-prose|--no-icon|emergency|--center|--counters|--unstyled|accent-|--big|--tile|--disabled|sort|stacked"
    r"|site-alert|--hover|--active|usa-focus|--small|sticky|--compact"
)
TARGET = Path(__file__).resolve().parents[1] / "collector" / "web" / "static" / "uswds.css"
HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})\b|\bwhite\b")
ROLES = (("background", "bg"), ("border", "line"), ("outline", "line"), ("box-shadow", "line"))


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """(what stands before the brace, what stands inside) of each rule at the top."""
    at = 0
    while (start := text.find("{", at)) >= 0:
        depth, end = 1, start + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        yield text[at:start].rpartition(";")[2].strip(), text[start + 1 : end - 1]
        at = end


def kept(selectors: str) -> str:
    """The selectors of a rule that are about a pattern in use."""
    several = [one.strip() for one in re.split(r",(?![^(]*\))", selectors)]
    return ",".join(one for one in several if _ours(one))


def _ours(selector: str) -> bool:
    classes = re.findall(r"\.(usa-[a-z0-9-]+?)(?:__[a-z0-9-]+|--[a-z0-9-]+)*(?![a-z0-9_-])", selector)
    return bool(classes) and all(name[4:] in KEPT for name in classes) and not LEFT.search(selector)


def declared(body: str, used: set[tuple[str, str]]) -> str:
    """The declarations, their colours as variables; what needs a picture is left out."""
    found = []
    for one in body.split(";"):
        name, _, value = (part.strip() for part in one.partition(":"))
        if not name or "url(" in value or value.startswith("Source Sans") or name == "font-family":
            continue
        role = next((role for start, role in ROLES if name.startswith(start)), "ink")
        found.append(f"{name}:{HEX.sub(lambda hit, role=role: _variable(hit, role, used), value)}")
    return ";".join(found)


def _variable(hit: re.Match[str], role: str, used: set[tuple[str, str]]) -> str:
    name = (hit[1] or "fff").lower()
    name = name[:3] if len(name) == 6 and name == "".join(one * 2 for one in name[::2]) else name
    used.add((role, name))
    return f"var(--{role}-{name})"


def rules(text: str, used: set[tuple[str, str]]) -> Iterator[str]:
    """What is left of a stylesheet."""
    for head, body in blocks(text):
        if head.startswith(("@media", "@supports")):
            inner = "\n".join(rules(body, used))
            if inner and "forced-colors" not in head:
                yield f"{head} {{\n{inner}\n}}"
        elif not head.startswith("@") and (selectors := kept(head)) and (said := declared(body, used)):
            yield f"{selectors} {{{said}}}"


def main(package: Path) -> None:
    """Write the trimmed stylesheet."""
    text = re.sub(
        r"/\*.*?\*/", "", (package / "dist/css/uswds.css").read_text("utf-8").lstrip("\ufeff"), flags=re.DOTALL
    )
    text = re.sub(r'@charset "[^"]*";', "", text)
    used: set[tuple[str, str]] = set()
    found = "\n".join(rules(text, used))
    version = re.search(r'"version": "([0-9.]+)"', (package / "package.json").read_text("utf-8"))
    of = f"the US Web Design System {version[1] if version else ''} (uswds-licence.txt)"
    head = f"/* From {of}, trimmed by packaging/uswds.py: change it there. */\n"
    colours = ";".join(f"--{role}-{name}:#{name}" for role, name in sorted(used))
    TARGET.write_text(f"{head}:root {{{colours}}}\n{found}\n", "utf-8")
    print(f"{TARGET.stat().st_size:,} bytes, {len(used)} colours")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
