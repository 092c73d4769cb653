"""CycloneDX 1.7: the equipment of one site as a bill of materials of hardware."""

from collector.exports._table import Table
from reporters.media.cyclonedx import MEDIA as KIND
from reporters.media.cyclonedx import SUFFIX as ENDING

MEDIA, SUFFIX, TITLE = KIND, ENDING, "the equipment of one site as a bill of materials"


def write(table: Table) -> bytes:
    """The bytes, from the site's newest whole report."""
    from reporters.forms.inquiry_record import render

    data: bytes = render(table.filing(), KIND)
    return data
