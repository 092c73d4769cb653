"""What leaves for whom, released by whom: the configuration's standing word, or a person's for one folder."""

from datetime import date

import msgspec

from agent.config import Config
from model.parcel import RELEASES, Release
from model.trouble import UsageTrouble


class Word(msgspec.Struct, frozen=True):
    """A release: to one recipient, at a level, by a person. `why`: where it is `none`, the reason. `spoken`: of one folder, for good."""

    recipient: str
    level: Release
    by: str = ""
    addresses: bool = False
    why: str = ""
    spoken: bool = False


def standing(config: Config, recipient: str, own: str, today: date) -> Word:
    """What the configuration says of the recipient. `own`: the site's own organisation; others get nothing unless they are named."""
    if recipient == own:
        by = config.release.by or config.authority.name
        if config.release.level != "none" and not by.strip():
            return Word(recipient, "none", why='nobody releases it: write by = "..." under [release] in agent.toml')
        why = "release.level is none in agent.toml" if config.release.level == "none" else ""
        return Word(recipient, config.release.level, by, True, why)
    for one in config.release.to:
        if one.recipient == recipient:
            if one.until and today > date.fromisoformat(one.until):
                return Word(recipient, "none", one.by, why=f"its release by {one.by} ended on {one.until}")
            why = "its level is none in agent.toml" if one.level == "none" else ""
            return Word(recipient, one.level, one.by, one.addresses, why)
    why = "another organisation, and no [[release.to]] in agent.toml names it; a person may: `laydown agent release`"
    return Word(recipient, "none", why=why)


def spoken(recipient: str, level: str, by: str, addresses: bool) -> Word:
    """A person's word for one folder."""
    if level not in RELEASES or level == "none":
        raise UsageTrouble(f"--level {level}", "releases nothing", f"choose from {', '.join(RELEASES[1:])}")
    if not by.strip():
        raise UsageTrouble("--by", "a release needs the name of who releases", 'say --by "R. Roe"')
    return Word(recipient, level, by.strip(), addresses, spoken=True)
