"""The entity: FAR attaches to it, not to the site, so it lists every site it has, scanned or not."""

import msgspec

from model.trouble import Trouble


class EntitySite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One place of the entity. `id` equals `site.id` of the reports. `tenure`: owned, leased, home office, shared, cloud, ..."""

    id: str
    name: str = ""
    country: str = ""
    tenure: str = ""
    region: str = ""
    uei: str = ""
    cage: str = ""


class Contract(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contract or offer. `clauses`: the set it carries, as the person `confirmed_by` read it on `confirmed_on` (ISO day).

    `kind`: `offer`, `contract`, `subcontract`. `date`: ISO day of award, or of the solicitation for an offer. `office`: of the contracting
    officer; `dod`: whether that office is one of the Department of Defense (None: nobody said). `indefinite_delivery`: orders are
    placed under it, `orders` their numbers. `region`, `supply_category`: what sums and waivers are grouped by.
    """

    number: str
    agency: str = ""
    clauses: tuple[str, ...] = ()
    kind: str = "contract"
    date: str = ""
    office: str = ""
    dod: bool | None = None
    orders: tuple[str, ...] = ()
    indefinite_delivery: bool = False
    prime: str = ""
    region: str = ""
    supply_category: str = ""
    confirmed_by: str = ""
    confirmed_on: str = ""


class Entity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contractor. `current_days`: how old a site's report may be and still count as current."""

    name: str
    uei: str = ""
    cage: str = ""
    current_days: int = 90
    site: tuple[EntitySite, ...] = ()
    contract: tuple[Contract, ...] = ()
    site_only: bool = False


def parsed(data: bytes, where: str) -> Entity:
    """The entity of a TOML file; Trouble naming file and key where it is malformed."""
    try:
        return msgspec.toml.decode(data, type=Entity)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as fault:
        raise Trouble(where, f"not an entity file ({fault})", "see docs/entity.md for its keys") from None
