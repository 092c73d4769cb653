"""A pack is one digest over rules, law, relabels and registry; a copy or a zip of it is the same pack."""

from __future__ import annotations

import shutil
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

from fingerprints.pack import FOLDERS, Pack, load
from model.trouble import Trouble

SHIPPED = Path(str(files("fingerprints")))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for room in (*FOLDERS, "registry"):
        shutil.copytree(SHIPPED / room, tmp_path / "pack" / room)
    return tmp_path / "pack"


def test_a_copy_is_the_same_pack(copy: Path) -> None:
    assert load(copy).digest == load().digest


def test_a_zip_is_the_same_pack(copy: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as archive:
        for name, data in load(copy).parts.items():
            archive.writestr(name, data)
    assert load(zipfile.Path(tmp_path / "pack.zip")).digest == load().digest


@pytest.mark.parametrize("room", [*FOLDERS, "registry"])
def test_every_room_is_in_the_digest(room: str) -> None:
    shipped = load()
    name = next(
        name for name in sorted(shipped.parts) if name.startswith(f"{room}/") and name.endswith((".toml", ".json"))
    )
    other = Pack({**shipped.parts, name: shipped.parts[name] + b"\n# a word more\n"}, shipped.registry)
    assert other.digest != shipped.digest


def test_a_file_more_is_another_pack(copy: Path) -> None:
    (copy / "rules" / "aaa.toml").write_text("name='A'\nrule=[]\n")
    assert load(copy).digest != load().digest and "aaa" in load(copy).makers


def test_what_is_no_toml_is_no_part(copy: Path) -> None:
    (copy / "rules" / "notes.txt").write_text("not a rule")
    assert load(copy).digest == load().digest


@pytest.mark.parametrize("name", ["registry.toml", "ma-l.bin", "enterprise.bin"])
@pytest.mark.parametrize("how", ["missing", "cut", "other"])
def test_a_broken_registry_is_one_line(copy: Path, name: str, how: str) -> None:
    path = copy / "registry" / name
    data = path.read_bytes()
    path.unlink()
    if how != "missing":
        path.write_bytes(data[: len(data) // 2] if how == "cut" else b"\x00" * len(data))
    with pytest.raises(Trouble) as trouble:
        load(copy)
    assert name in str(trouble.value) and "\n" not in str(trouble.value)


def test_an_empty_folder_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="holds no rules folder"):
        load(tmp_path)


def test_a_pack_without_law_judges_nobody(copy: Path) -> None:
    shutil.rmtree(copy / "covered")
    with pytest.raises(Trouble, match="no authority of this pack decides"):
        load(copy)
