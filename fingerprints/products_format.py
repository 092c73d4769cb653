"""The shape of a products file: which product line of a maker a device is, by object id and by the text of its model.

A product says nothing of who made the device: it adds line and kind where a rule has named this file's maker.
"""

import msgspec

from fingerprints.match import compiled


class Product(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A product line by object id subtree. `node`: its name in the maker's MIB, or `source` where it is from elsewhere."""

    product: str
    kind: str = ""
    node: str = ""
    source: str = ""


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A product line by its models. `model`: RE2, searched in the model's text. `matches`, `misses`, `source`: its proof, required."""

    product: str
    kind: str
    model: str
    matches: tuple[str, ...]
    misses: tuple[str, ...]
    source: str


class Products(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One products file; its stem is the maker's id. `source`: where the nodes of `object_id` stand."""

    source: str
    object_id: dict[str, Product] = {}
    line: tuple[Line, ...] = ()

    def by_object_id(self, oid: str) -> Product | None:
        """The line whose subtree is the longest that holds `oid`."""
        arcs = oid.split(".")
        found = (self.object_id.get(".".join(arcs[:length])) for length in range(len(arcs), 6, -1))
        return next((product for product in found if product), None)

    def by_model(self, model: str) -> Line | None:
        """The line whose pattern takes most of the model's text; None where none matches. Free of the file's order."""
        data = model.encode("utf-8", "replace")
        found = [(len(hit.group()), one) for one in self.line if (hit := compiled(one.model).search(data))]
        return max(found, key=lambda pair: (pair[0], pair[1].product), default=(0, None))[1]


NONE = Products(source="")
