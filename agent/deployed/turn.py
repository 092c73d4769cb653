"""One turn with a collector: how the agent stands, the policy and its pack, what waits."""

from agent import clock
from agent.config import Config
from agent.deployed import timing
from agent.deployed.contact import Contact
from agent.deployed.home import Collector, Home, own
from agent.deployed.narrow import narrowed
from agent.deployed.outbox import Outbox
from agent.deployed.policies import held_policy
from agent.deployed.status import heartbeat
from agent.deployed.store import Store
from agent.words import many
from model.trouble import Trouble


def turn(home: Home, store: Store, outbox: Outbox, config: Config, to: Collector) -> tuple[str, str]:
    """(what was received, in a line; why it did not succeed, "" if it did)."""
    contact = Contact(home, store, outbox, to, config)
    receipts = contact.turn(lambda: heartbeat(home, store, config, to, clock.now()))
    told = ""
    if receipts:
        told = f"{to.organisation}: {many(len(receipts), 'report')} received, the last as number {receipts[-1].number}"
    return told, contact.trouble or _pack(home, config, to, contact)


def _pack(home: Home, config: Config, to: Collector, contact: Contact) -> str:
    """Fetch the policy's pack, if the site follows it; why that did not succeed."""
    if to.organisation != own(config, home.collectors()):
        return ""
    now = clock.now()
    try:
        found = narrowed(config, held_policy(home, to), to.site.id, now, timing.zone_of(config, now))
        if found.pack:
            contact.pack(found.pack)
    except Trouble as fault:
        return f"{fault}; the rules that came with the program judge until then"
    return ""
