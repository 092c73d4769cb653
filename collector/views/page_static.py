"""The files that pages load: styles, fonts, htmx, each kept by browsers for good under a name with its digest."""

from litestar import Response, get

from collector.refused import unknown
from collector.web.files import shipped

FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}


@get("/static/{digest:str}/{name:str}", public=True, sync_to_thread=False, include_in_schema=False)
def file(digest: str, name: str) -> Response[bytes]:
    """One file; an old digest leads to nothing, so that no page mixes two versions."""
    found = shipped().get(name)
    if found is None or found.digest != digest:
        raise unknown("file")
    return Response(found.data, media_type=found.media, headers=FOREVER)


HANDLERS = [file]
