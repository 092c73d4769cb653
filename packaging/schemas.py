"""Write docs/schemas/ anew from the nouns: `python packaging/schemas.py`, from the repository's root."""

from pathlib import Path

from model.schemas import schemas

FOLDER = Path(__file__).parents[1] / "docs" / "schemas"

FOLDER.mkdir(parents=True, exist_ok=True)
for name, data in schemas().items():
    (FOLDER / name).write_bytes(data)
