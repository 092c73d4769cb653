"""A document in the medium asked for."""

from collections.abc import Iterable

from model.filing import Filing
from model.trouble import Trouble
from reporters.forms import _html, _pdf
from reporters.forms._document import Block, Document

WRITERS = {"text/html": _html.write, "application/pdf": _pdf.write}
MEDIA = tuple(WRITERS)


def written(filing: Filing, id: str, title: str, subtitle: str, blocks: Iterable[Block], media: str) -> bytes:
    """The form's bytes; Trouble for a medium that nobody here can write."""
    if media not in WRITERS:
        raise Trouble(media, "no such medium for a form", f"choose one of: {', '.join(MEDIA)}")
    # The whole engine, wheel digest included, stands among the digests; headers have room for its version.
    engine = max((held.report.inputs.engine.partition(" ")[0] for held in filing.reports), default="")
    entity = filing.entity.name or "entity without a name"
    sample = filing.answers.sample
    return WRITERS[media](Document(id, title, subtitle, entity, filing.prepared_at, sample, engine, tuple(blocks)))
