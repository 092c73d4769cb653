"""Networks that were asked and where nothing answered: empty, or behind something that keeps the questions out; a scan cannot tell."""

from collections.abc import Iterator
from ipaddress import ip_network

from model.report import Network, Report
from model.spans import spans


def silent(report: Report) -> Iterator[Network]:
    """The subnets in scope in which no device was seen, however many tables name one there."""
    seen = spans(text for one in report.findings if one.outcome != "unseen" for text in one.addresses)
    for net in report.networks:
        if net.status == "in scope" and net.kind == "subnet" and many(net.name) and not spans([net.name]) & seen:
            yield net


def many(name: str) -> bool:
    """Whether a network's name stands for more than one address: `10.0.0.0/24`, `10.0.0.1-10.0.0.254`."""
    try:
        return ip_network(name, strict=False).num_addresses > 1
    except ValueError:
        first, _, last = name.partition("-")
        return bool(last) and first != last
