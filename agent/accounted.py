"""Whether a report was made from all the evidence beside it: a run that was killed leaves evidence that no report knows."""

from pathlib import Path

from agent import spool
from agent.results import REPORT
from model.canonical import running
from model.report import Report
from model.trouble import Trouble

# Bytes of evidence that are read within two seconds; of more, only what is newer than the report.
QUICK = 64 * 1024 * 1024


def accounted(folder: Path, report: Report) -> None:
    """Trouble where DIR holds other evidence than its report was made from. A report that came alone is taken as it is."""
    path = folder / spool.FILE
    if not folder.is_dir() or not path.exists() or not _worth(path, folder / REPORT):
        return
    ids = sorted({one.id.encode() for one in spool.read(folder)})
    if running(ids) != report.inputs.evidence:
        remedy = f"run the same scan again, or `laydown assess {folder} -o DIR2`, and name what that writes"
        raise Trouble(
            str(folder / REPORT), f"was not made from the evidence in {path}: there is more, or other", remedy
        )


def _worth(evidence: Path, report: Path) -> bool:
    held = evidence.stat()
    return held.st_size <= QUICK or held.st_mtime >= report.stat().st_mtime
