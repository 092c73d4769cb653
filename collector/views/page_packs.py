"""The pages of packs and replays: a pack is brought, judges all sites again, is looked at and adopted."""

from litestar import Response

from collector.desk import Desk
from collector.lists import Limit, Offset, Slice, Word
from collector.packs import zipped
from collector.views.packs import adopted, begun, bring_in, one_replay, packs, previews, replays
from collector.web.evidence import own
from collector.web.forms import Files, Form, text, upload
from collector.web.listing import Listing
from collector.web.route import get, post
from collector.web.show import led, page
from collector.web.words import DONE

LARGEST = 32 * 1024 * 1024
SHOWN = 100
PART = 25


@get("/packs")
def show(desk: Desk, done: Word = "") -> Response[bytes]:
    """The newest first."""
    found, told = packs(desk, Slice(SHOWN, 0, "-added_at")), replays(desk, Slice(SHOWN, 0, "-started_at"))
    return page(
        desk,
        "packs.html",
        title="Packs and replays",
        here="/packs",
        packs=found.items,
        replays=told.items,
        done=DONE.get(done, ""),
    )


@post("/packs", role="admin", request_max_body_size=LARGEST)
def bring(desk: Desk, data: Files) -> Response[bytes]:
    """Bring a pack; its proofs are run first."""
    body, name = upload(data, "file")
    bring_in(desk, body, name)
    return led("/packs?done=brought")


@post("/packs/shipped", role="admin")
def bring_shipped(desk: Desk) -> Response[bytes]:
    """Bring the pack that came with this program."""
    bring_in(desk, zipped(own()), "shipped")
    return led("/packs?done=brought")


@post("/replays", role="reviewer")
def begin(desk: Desk, data: Form) -> Response[bytes]:
    """Judge all stored evidence again; nothing changes before it is adopted."""
    return led(f"/replays/{begun(desk, text(data, 'pack')).id}")


@get("/replays/{replay:str}")
def one(
    desk: Desk, replay: str, all: bool = False, limit: Limit = PART, offset: Offset = 0, done: Word = ""
) -> Response[bytes]:
    """How far it is; once it is done, what it changes: looking at that is on record."""
    found = one_replay(desk, replay)
    part = Slice(limit, offset, "-changed")
    held = None
    if found.state != "running":
        fixed = {"all": "true"} if all else {}
        held = Listing(f"/replays/{found.id}", previews(desk, found.id, not all, part), part, {}, fixed)
    return page(
        desk, "replay.html", title="Replay", here="/packs", one=found, list=held, only=not all, done=DONE.get(done, "")
    )


@post("/replays/{replay:str}/adopt", role="admin")
def adopt(desk: Desk, replay: str) -> Response[bytes]:
    """Let its verdicts count."""
    adopted(desk, replay)
    return led(f"/replays/{replay}?done=adopted")


HANDLERS = [show, bring, bring_shipped, begin, one, adopt]
