"""A list on a page: its filters, its order and its parts as links, which work with a script and without."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from collector.lists import Page, Slice

ROWS = 50  # of a page; a reader scrolls, a browser draws quickly


class Listing:
    """`found`: the rows; `wanted`: {filter: value} as the query names them; `link` gives the same list otherwise."""

    def __init__(
        self,
        path: str,
        found: Page[Any],
        part: Slice,
        wanted: Mapping[str, str],
        fixed: Mapping[str, str] | None = None,
    ) -> None:
        self.path, self.items, self.total = path, found.items, found.total
        self.offset, self.limit, self.sort = part.offset, part.limit, part.sort
        self.wanted, self.fixed = dict(wanted), dict(fixed or {})

    def link(self, **other: Any) -> str:
        """The path of this list with some of it changed."""
        held = {**self.fixed, **self.wanted, "sort": self.sort, "limit": self.limit, "offset": self.offset, **other}
        if "offset" not in other:
            held["offset"] = 0
        said = {
            name: value
            for name, value in held.items()
            if value not in ("", 0, False, None) and (name, value) != ("limit", ROWS)
        }
        return f"{self.path}?{urlencode(said)}" if said else self.path

    def sorted(self, column: str) -> str:
        """The link behind a column's head: its order, or the other way round where it is the order already."""
        return self.link(sort=f"-{column}" if self.sort == column else column)

    def order(self, column: str) -> str:
        """As aria-sort has it; "" where this column decides nothing."""
        return {column: "ascending", f"-{column}": "descending"}.get(self.sort, "")

    @property
    def first(self) -> int:
        """Number of the first row shown; 0 where there is none."""
        return self.offset + 1 if self.items else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.offset + len(self.items)

    @property
    def page(self) -> int:
        """Which part this is, from 1 on."""
        return self.offset // self.limit + 1

    @property
    def pages(self) -> int:
        """How many parts there are."""
        return max(1, -(-self.total // self.limit))

    def near(self) -> Sequence[int]:
        """The parts that have a link of their own; 0 stands for those left out."""
        kept = sorted({1, self.pages, *range(max(1, self.page - 1), min(self.pages, self.page + 1) + 1)})
        found: list[int] = []
        for one in kept:
            if found and one - found[-1] > 1:
                found.append(one - 1 if one - found[-1] == 2 else 0)
            found.append(one)
        return found

    def part(self, number: int) -> str:
        """The link of a part."""
        return self.link(offset=(number - 1) * self.limit)
