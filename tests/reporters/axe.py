"""axe-core over pages in a headless chromium, all in one run: each page stands in a frame, the checker is put into it afterwards."""

import html
import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.reporters.test_browser import FLAGS

AXE = ROOT / "tests" / "tools" / "axe" / "axe.min.js"
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')  # it would keep the checker out
SCHEMES = {"dark": 0, "light": 1}
RUN = """
(async () => {
  const found = {};
  for (const [name, source] of Object.entries(pages)) {
    const frame = document.createElement("iframe");
    frame.style.cssText = "width: 1280px; height: 1024px; border: 0";
    frame.title = name;
    frame.srcdoc = source;
    const loaded = new Promise((done) => frame.addEventListener("load", done));
    document.body.append(frame);
    await loaded;
    const script = frame.contentDocument.createElement("script");
    script.textContent = axe;
    frame.contentDocument.head.append(script);
    const result = await frame.contentWindow.axe.run(frame.contentDocument, { resultTypes: ["violations"] });
    frame.style.width = "390px";
    const wide = frame.contentDocument.documentElement.scrollWidth;
    found[name] = { wide, rules: result.passes.length, faults: result.violations.map((one) => ({
      id: one.id, impact: one.impact, help: one.help,
      nodes: one.nodes.slice(0, 5).map((node) => [node.html.slice(0, 200), node.failureSummary]) })) };
    frame.remove();
  }
  const out = document.createElement("pre");
  out.id = "found";
  out.textContent = JSON.stringify(found);
  document.body.replaceChildren(out);
})().catch((fault) => { document.body.textContent = "axe failed: " + fault; });
"""


def checked(chromium: str, pages: Mapping[str, bytes], folder: Path, scheme: str = "light") -> dict[str, Any]:
    """{page: {rules: how many were passed, faults: what axe found wrong, wide: pixels on a telephone of 390}}, in `scheme`'s colours."""
    plain = {name: POLICY.sub("", data.decode()) for name, data in pages.items()}
    harness = folder / f"{scheme}.html"
    values = f"const pages = {_script(plain)}, axe = {_script(AXE.read_text('utf-8'))};"
    harness.write_text(f'<!doctype html><meta charset="utf-8"><body><script>{values}{RUN}</script>', "utf-8")
    own = [f"--user-data-dir={folder / 'profile'}", f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}"]
    line = [
        chromium,
        *FLAGS,
        *own,
        "--window-size=1280,1024",
        "--virtual-time-budget=600000",
        "--dump-dom",
        harness.as_uri(),
    ]
    dom = subprocess.run(line, capture_output=True, timeout=120, check=True).stdout.decode()
    found = re.search(r'<pre id="found">(.*?)</pre>', dom, re.DOTALL)
    assert found, dom[-500:]
    told: dict[str, Any] = json.loads(html.unescape(found[1]))
    return told


def _script(value: Any) -> str:
    return json.dumps(value).replace("<", "\\u003c")
