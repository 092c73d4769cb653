"""A document in the medium asked for."""

from collections.abc import Iterable

from model.filing import Filing
from model.folder import modules
from model.trouble import Trouble
from reporters._document import Block, Document
from reporters.forms._explained import explained

WRITERS = {found.MEDIA: found for found in modules("reporters.media").values()}
MEDIA = tuple(WRITERS)


def written(filing: Filing, id: str, title: str, subtitle: str, blocks: Iterable[Block], media: str) -> bytes:
    """The form's bytes; Trouble for a medium that nobody here can write, Missing where its package is not installed."""
    if media not in WRITERS:
        raise Trouble(media, "no such medium for a form", f"choose one of: {', '.join(MEDIA)}")
    data: bytes = WRITERS[media].write(document(filing, id, title, subtitle, blocks), filing)
    return data


def document(filing: Filing, id: str, title: str, subtitle: str, blocks: Iterable[Block]) -> Document:
    """The blocks under the filing's own head: entity, date, marks, paper, language."""
    # The whole engine, wheel digest included, stands among the digests; headers have room for its version.
    engine = max((held.report.inputs.engine.partition(" ")[0] for held in filing.reports), default="")
    return Document(
        id=id,
        title=title,
        subtitle=subtitle,
        entity=filing.entity.name or "entity without a name",
        prepared_at=filing.prepared_at,
        sample=filing.answers.sample,
        engine=engine,
        blocks=tuple(explained(blocks)),
        marking=filing.marking,
        paper=filing.paper,
    )
