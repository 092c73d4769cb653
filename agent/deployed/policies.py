"""The policy on disk, signed as it came: checked when it is taken and when a person looks; the waiting agent reads it without ciphers."""

from agent.deployed.home import POLICY, Collector, Home
from model.policy import Policy, policy_of, read
from model.statement import opened


def held_policy(home: Home, to: Collector, checked: bool = True) -> Policy | None:
    """The policy that was last taken; None without one. Trouble where its file was changed: what it says could only narrow all the same."""
    path = home.of(to.organisation) / POLICY
    if not path.exists():
        return None
    data = path.read_bytes()
    return policy_of(data, to.key, str(path)) if checked else read(opened(data, str(path))[1], str(path))
