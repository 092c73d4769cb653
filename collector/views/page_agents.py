"""The pages of agents: how each is, revoking one, and what is wished of a site's agents."""

from litestar import Response

from collector.desk import Desk
from collector.lists import Limit, Offset, Slice, Sort, Word
from collector.views.agents import Wish, agents, policy_now, revoked, wished
from collector.views.packs import packs
from collector.views.sites import one_site
from collector.web.forms import Form, lines, text
from collector.web.listing import ROWS, Listing
from collector.web.route import get, post
from collector.web.show import led, page
from collector.web.words import DONE


@get("/agents")
def show(
    desk: Desk,
    site: Word = "",
    search: Word = "",
    sort: Sort = "seen_at",
    limit: Limit = ROWS,
    offset: Offset = 0,
    done: Word = "",
) -> Response[bytes]:
    """Those that were not heard for longest come first."""
    part = Slice(limit, offset, sort)
    held = Listing(
        "/agents", agents(desk, site, search, part), part, {"search": search}, {"site": site} if site else {}
    )
    return page(desk, "agents.html", title="Agents", here="/agents", list=held, done=DONE.get(done, ""))


@post("/agents/{agent:str}/revoke", role="admin")
def revoke(desk: Desk, agent: str, data: Form) -> Response[bytes]:
    """Its key opens nothing from now on."""
    revoked(desk, agent, text(data, "reason"))
    return led("/agents?done=revoked")


@get("/sites/{site:str}/policy")
def policy(desk: Desk, site: str, done: Word = "") -> Response[bytes]:
    """What is wished now, and a form for the next."""
    one, held = one_site(desk, site), packs(desk, Slice(100, 0, "-added_at")).items
    return page(
        desk,
        "policy.html",
        title=f"Policy of {one.ref}",
        here="/agents",
        site=one,
        policy=policy_now(desk, one.id),
        packs=held,
        done=DONE.get(done, ""),
    )


@post("/sites/{site:str}/policy", role="admin")
def wish(desk: Desk, site: str, data: Form) -> Response[bytes]:
    """Sign the next policy."""
    schedule, profile, pack = (text(data, name).strip() or None for name in ("schedule", "profile", "pack"))
    wished(
        desk,
        site,
        Wish(lines(data, "targets") or None, lines(data, "exclude"), schedule, lines(data, "blackout"), profile, pack),
    )
    return led(f"/sites/{site}/policy?done=wished")


HANDLERS = [show, revoke, policy, wish]
