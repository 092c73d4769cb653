"""One file per protocol heard in captured frames: what a station says by sending it. Pure; used by `listen` and by imports of captures.

A module has `TITLE`: its name for people; `WHERE`: the places it is read at; `TRAFFIC`: True where it is heard only with `--traffic`;
and `read(evidence: str, frame: agent.decode.ether.Frame) -> Iterator[Fact]`, which may raise ValueError on rubbish and nothing else.
A place is one of

    ether/0x0806            an EtherType
    ether/0x86dd/58/134     IPv6, its payload's protocol, its ICMPv6 type (`ether/0x0800/2` for IPv4 and IGMP)
    llc/0x42                the destination service access point of an IEEE 802.2 header
    snap/00000c:2000        organisation and protocol of an IEEE 802 SNAP header
    udp/5353, tcp/443       either port, over IPv4 or IPv6

A fact is about `host:ADDRESS` where the frame proves that the sender has the address (ARP, ND, DHCP, or an IP packet that no router
has forwarded), else about `host:MAC` (lower case, colons). Both are first hand: the station said it itself. What it says of
somebody else (an STP root, a router it was given) is about `neighbor:PATH`, and `frames._read` says whose word that is.
"""
