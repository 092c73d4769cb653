"""What questions to a whole link share: the same datagram to all of its stations, or to one host by itself."""

from agent.ask import Dialogue, Group, Target, Udp


def question(
    target: Target, asked: str, port: int, payload: bytes, group: str, media: str, joined: bool = False
) -> Dialogue:
    """One `Group` where the target is a link, one `Udp`, never repeated, where it is a host. `joined`: see agent.ask.Group."""
    if target.address:
        yield Udp(asked, port, payload, media, retries=0)
    else:
        yield Group(asked, port, payload, group, joined=joined, media=media)


def place(target: Target) -> str:
    """What a question's identifier is made of: the same every time, and another for every link and host."""
    return target.address or target.interface
