"""DIR: what a scan, an import or an assessment leaves behind, and how it is read again."""

import contextlib
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import IO

import msgspec

from agent.plain_file import bytes_of
from agent.spool import FILE as EVIDENCE
from fingerprints.check import faults
from fingerprints.pack import Pack, load, with_extra
from model.canonical import digest
from model.folder import module, names
from model.report import SCHEMA, Report
from model.trouble import Trouble, UsageTrouble

REPORT, PACK, HTML = "report.json", "pack.zip", "report.html"
LARGEST = 256 * 1024 * 1024  # bytes that a stranger's pack may unpack to
MOST_FILES = 1000
# What a zip may be packed by: others (LZMA, bzip2) fail in words of their own, and take what memory the file names.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold: the archive is a function of the pack alone


class _Schema(msgspec.Struct):
    schema: str


def save(folder: Path, report: Report, pack: Pack) -> None:
    """Write report.json, report.html and pack.zip into `folder`, each whole or not at all."""
    write(folder / PACK, zipped(pack))
    write(folder / REPORT, rendered("json", report))
    write(folder / HTML, rendered("html", report))


def rendered(form: str, report: Report, lang: str = "en") -> bytes:
    """The report in one of the formats of reporters/, in `lang` where the format speaks more than English."""
    stem = form.replace("-", "_")
    found = module("reporters", stem) if stem in names("reporters") else None
    render = getattr(found, "render", None)
    if render is None:  # `forms` is a room of its own, not a format
        raise UsageTrouble(f"-f {form}", "no such format", "`laydown report -f list` names them")
    if lang != "en" and not getattr(found, "TONGUES", False):
        raise UsageTrouble(
            f"-f {form} --lang {lang}", "this format is in English alone", "choose -f html, or no --lang"
        )
    data: bytes = render(report) if lang == "en" else render(report, lang)
    return data


def write(path: Path, data: bytes) -> None:
    """Replace `path` by `data` in one step; Trouble naming it if the disk refuses. A pipe or a device is written to."""
    part = path.with_name(path.name + ".part")
    try:
        if _streams(path):
            path.write_bytes(data)
            return
        part.write_bytes(data)
        part.replace(path)
    except OSError as fault:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise Trouble(
            str(path), f"cannot be written ({fault.strerror})", "free space or choose another -o; the evidence is kept"
        ) from None


def _streams(path: Path) -> bool:
    """/dev/stdout and its like: a file in their place would take them from everybody else."""
    return path.parent.as_posix() in ("/dev", "/dev/fd", "/proc/self/fd") or (path.exists() and not path.is_file())


def zipped(pack: Pack) -> bytes:
    """The pack as a zip, the same bytes for the same pack."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(pack.parts.items()):
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def pack_at(path: Path | None, proven: bool = True) -> Pack:
    """The pack at `path` (a zip or a folder), or the one shipped. `proven`: refuse a given pack whose own proofs fail."""
    if path is None:
        return load()
    if not path.exists():
        raise UsageTrouble(str(path), "no such pack", "name a pack.zip or a folder with rules/")
    pack = zipped_pack(path, str(path)) if path.is_file() else load(path)
    found = faults(pack) if proven else []  # the shipped pack's proofs are run by the tests, a stranger's here
    if found:
        more = f" (and {len(found) - 1} more)" if found[1:] else ""
        raise Trouble(str(path), f"{found[0]}{more}", f"mend it; `laydown rules check --pack {path}` lists every fault")
    return pack


def with_recog(pack: Pack, folder: Path | None) -> Pack:
    """The pack with the XML files of `folder` as its extra pack; the same pack where there is no folder."""
    if folder is None:
        return pack
    try:
        files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.xml"))[:MOST_FILES]}
    except OSError as fault:
        raise Trouble(
            str(fault.filename), f"cannot be read ({fault.strerror})", "check the folder and its rights"
        ) from None
    if not files or sum(map(len, files.values())) > LARGEST:
        what = "holds no xml file" if not files else f"holds more than {LARGEST:,} bytes"
        raise UsageTrouble(str(folder), what, "name a folder of Recog's databases, such as recog/xml")
    return with_extra(pack, files)


def zipped_pack(data: Path | IO[bytes], where: str) -> Pack:
    """The pack in a zip; Trouble naming `where` if it is none, or a signed file that is to be verified first."""
    try:
        with zipfile.ZipFile(data) as archive:
            if "pack.dsse.json" in archive.namelist():
                raise Trouble(
                    where,
                    "a signed pack file",
                    "verify and unpack it: laydown rules import FILE --pub KEY.pub -o pack.zip",
                )
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise Trouble(where, f"unpacks to more than {LARGEST:,} bytes", "name a pack.zip written by laydown")
            if any(entry.compress_type not in PACKINGS for entry in archive.infolist()):
                raise Trouble(where, "packed in a way that no pack is", "name a pack.zip written by laydown")
            return load(zipfile.Path(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as fault:
        why = f"not a zip file that can be read ({fault})"
        raise Trouble(where, why, "name a pack.zip written by laydown") from None


def report_of(folder: Path) -> tuple[Report, str]:
    """The report in `folder` and the digest of its file; Trouble if there is none or it cannot be read."""
    path = folder / REPORT if folder.is_dir() else folder
    try:
        data = bytes_of(path)
        schema = msgspec.json.decode(data, type=_Schema).schema
        if schema != SCHEMA:
            raise Trouble(str(path), f"schema {schema!r}", f"this program reads {SCHEMA}; assess the evidence again")
        return msgspec.json.decode(data, type=Report), digest(data)
    except FileNotFoundError:
        raise UsageTrouble(str(path), *_no_report(path)) from None
    except OSError as fault:
        raise Trouble(str(path), f"cannot be read ({fault.strerror})", "check the path and its rights") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise Trouble(str(path), f"not a report ({fault})", "write it again with `laydown assess`") from None


def _no_report(path: Path) -> tuple[str, str]:
    """What is missing and what to do: a scan that was killed left its evidence behind."""
    if (path.parent / EVIDENCE).exists():
        return "no report yet, but evidence", "run the same command again: it goes on; or `laydown assess` this folder"
    return "no report here", "run `laydown scan`, `import` or `assess` with -o first"
