"""Pack: rules, products, covered, relabels and registry, from a folder or a zip, under one digest. This floor's only disk read."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from fingerprints import recog
from fingerprints import registry as tables
from fingerprints.covered_format import Affiliate, Authority, Entry, RelabelFile, Relabelled
from fingerprints.match import Matcher, plain
from fingerprints.products_format import Products
from fingerprints.rules_format import PROOFS_REMEDY, Maker, More, decoded, parsed
from fingerprints.rules_format import REMEDY as RULES_REMEDY
from model.canonical import canonical, digest
from model.trouble import Trouble

FOLDERS = ("covered", "products", "proofs", "relabels", "rules")
PROOFS = "proofs/patterns.json"


class Pack:
    """What the program knows. `parts`: relative name -> bytes of everything the digest covers, so that a copy is the same pack."""

    def __init__(self, parts: dict[str, bytes], registry: "tables.Registry") -> None:
        self.parts = parts
        self.registry = registry
        self.makers: dict[str, Maker] = {}
        self.products: dict[str, Products] = {}
        self.authorities: list[Authority] = []
        self.relabels: list[Relabelled] = []
        self.extra: list[recog.Extra] = []
        self.left_out: dict[str, int] = {}
        for name, data in sorted(parts.items()):
            self._take(name, data)
        for name, data in sorted(parts.items()):  # once all makers' names are known
            if name.startswith(recog.ROOM):
                self._add(recog.read(name, data, self._names))
        if not self.listed:  # without a list every listed producer would come out unlisted
            raise Trouble(
                "covered/", "no authority of this pack decides whom the law names", "restore covered/section-889.toml"
            )

    def _take(self, name: str, data: bytes) -> None:
        stem = name.rsplit("/", 1)[-1].removesuffix(".toml")
        if name.startswith("rules/"):
            self.makers[stem] = parsed(data, name)
        elif name.startswith("products/"):
            self.products[stem] = decoded(data, name, Products, RULES_REMEDY)
        elif name.startswith("covered/"):
            self.authorities.append(decoded(data, name, Authority, RULES_REMEDY))
        elif name.startswith("relabels/"):
            self.relabels.extend(decoded(data, name, RelabelFile, RULES_REMEDY).relabel)

    def _add(self, found: recog.Read) -> None:
        self.extra += found.rules
        for one in found.rules:
            self.makers.setdefault(one.maker, Maker(one.vendor, (), about="named by a third party alone"))
        for why, count in found.left.items():
            self.left_out[why] = self.left_out.get(why, 0) + count

    @cached_property
    def _names(self) -> dict[str, str]:
        """{a maker's name, made plain: its id}; names that two makers share are nobody's."""
        names = [(plain(name), stem) for stem, maker in self.makers.items() for name in (maker.name, *maker.aliases)]
        count = Counter(name for name, _ in set(names))
        return {name: stem for name, stem in names if count[name] == 1}

    @cached_property
    def proofs(self) -> dict[str, dict[str, More]]:
        """{maker id: {rule id: further examples and near-misses}}; read when proofs are run, which is not every day."""
        data = self.parts.get(PROOFS, b"{}")
        try:
            return msgspec.json.decode(data, type=dict[str, dict[str, More]])
        except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
            raise Trouble(PROOFS, f"not the proofs of patterns ({fault})", PROOFS_REMEDY) from None

    @cached_property
    def digest(self) -> str:
        """One digest over names and bytes of all parts."""
        return digest(canonical({name: digest(data) for name, data in self.parts.items()}))

    @cached_property
    def matcher(self) -> Matcher:
        """All rules, ready to match."""
        rules = ((stem, rule) for stem, maker in self.makers.items() for rule in maker.rule)
        return Matcher([*rules, *((one.maker, one.rule) for one in self.extra)], self._names)

    @cached_property
    def listed(self) -> dict[str, Entry]:
        """Maker id -> the entry of the deciding authority that names it."""
        return {entry.maker: entry for authority in self.authorities if authority.decides for entry in authority.entry}

    @cached_property
    def affiliates(self) -> dict[str, Affiliate]:
        """Maker id -> the claimed affiliation with a listed maker."""
        return {one.maker: one for authority in self.authorities if authority.decides for one in authority.affiliate}

    @cached_property
    def brands(self) -> dict[str, list[Relabelled]]:
        """Brand's maker id -> who may have built it."""
        found: dict[str, list[Relabelled]] = {}
        for one in self.relabels:
            if one.brand:
                found.setdefault(one.brand, []).append(one)
        return found

    def producer(self, maker: str | None) -> str:
        """Legal name of a maker id, "" when unknown."""
        return self.makers[maker].name if maker in self.makers else ""


def load(folder: Traversable | None = None) -> Pack:
    """The pack in `folder` (a path, or `zipfile.Path`), or the one shipped. Trouble naming file and field where it is broken."""
    root = folder if folder is not None else files("fingerprints")
    if not root.joinpath("rules").is_dir():
        raise Trouble(
            str(root),
            "holds no rules folder, so it is no pack",
            "name a pack.zip or a folder with rules/, covered/, relabels/",
        )
    parts = {f"{room}/{entry.name}": entry.read_bytes() for room in FOLDERS for entry in _files(root, room, ".toml")}
    parts |= {f"proofs/{entry.name}": entry.read_bytes() for entry in _files(root, "proofs", ".json")}
    parts |= {recog.ROOM + entry.name: entry.read_bytes() for entry in _files(root, recog.ROOM[:-1], ".xml")}
    shelf = root.joinpath("registry")
    try:
        parts.update({f"registry/{name}": data for name, data in tables.digest_parts(shelf)})
        held = tables.load(shelf)
    except tables.RegistryError as fault:
        what, _, remedy = str(fault).rpartition(": ")
        raise Trouble(str(root), what, remedy) from None
    return Pack(parts, held)


def with_extra(pack: Pack, files: Mapping[str, bytes]) -> Pack:
    """The pack with Recog's files {name: bytes} beside its own rules: another pack, with a digest of its own."""
    return Pack({**pack.parts, **{recog.ROOM + name: data for name, data in files.items()}}, pack.registry)


def _files(root: Traversable, room: str, ending: str) -> list[Traversable]:
    place = root.joinpath(room)
    found = [entry for entry in place.iterdir() if entry.name.endswith(ending)] if place.is_dir() else []
    return sorted(found, key=lambda entry: entry.name)
