"""Remakes docs/forms/: every form filled from the demonstration's two sites, as PDF and as a picture of its pages.

usage: python packaging/examples.py DEMO_DIR   (a folder that `laydown demo -o DEMO_DIR` made)
Needs qpdf, pdftoppm and ImageMagick's montage and convert for the pictures.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from agent.filing import Source, filing_of
from model.entity import Entity, parsed
from model.folder import modules
from reporters.regimes import regimes

OUT = Path(__file__).resolve().parent.parent / "docs" / "forms"
PAGES, WIDTH = 4, 560  # pages in a picture, and how wide each is in pixels


def main(demo: Path) -> None:
    """Every form of reporters/forms/, for the first contract of the sample that carries its clause."""
    OUT.mkdir(exist_ok=True)
    entity = parsed((demo / "entity.toml").read_bytes(), "entity.toml")
    for stem, form in modules("reporters.forms").items():
        source = Source(
            (demo, demo / "depot"), demo / "entity.toml", demo / "answers.toml", contract=contract(entity, form)
        )
        data: bytes = form.render(filing_of(source, stem), "application/pdf")
        packed(data, OUT / f"{form.ID}.pdf")
        pictured(OUT / f"{form.ID}.pdf", OUT / f"{form.ID}.png")
        print(f"{form.ID}: {len(data):,} bytes")


def contract(entity: Entity, form: ModuleType) -> str:
    """The number of the first contract that carries the form's clause; "" for a form of no clause."""
    clause = next((one.clause for one in regimes().values() if one.clause in form.ID), "")
    return next((one.number for one in entity.contract if clause and clause in one.clauses), "")


def packed(data: bytes, path: Path) -> None:
    """The same paper in a third of the bytes, for a repository's sake: object streams, which PDF/A-3 allows."""
    path.write_bytes(data)
    subprocess.run(
        ["qpdf", "--object-streams=generate", "--recompress-flate", "--replace-input", str(path)], check=True
    )


def pictured(paper: Path, picture: Path) -> None:
    """The first pages side by side, in few colours."""
    with tempfile.TemporaryDirectory() as room:
        subprocess.run(["pdftoppm", "-r", "96", "-l", str(PAGES), "-png", str(paper), f"{room}/page"], check=True)
        pages = sorted(str(page) for page in Path(room).glob("page*.png"))
        line = ["montage", *pages, "-tile", f"{PAGES}x1", "-geometry", f"{WIDTH}x+8+8", "-background", "#dfe1e2"]
        subprocess.run([*line, f"{room}/all.png"], check=True)
        subprocess.run(["convert", f"{room}/all.png", "-colors", "48", "-strip", f"PNG8:{picture}"], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
