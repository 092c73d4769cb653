"""Words of the trade and of the law in plain words, said where a page, a paper or a question first uses them."""

import re
from collections.abc import Iterator

from reporters._catalogue import told

# (the word and its other forms, parted by |, what it means); a form in lower case may begin a sentence.
TERMS = (
    ("MAC address|MAC addresses|MACs|MAC", "the number that a network card carries; every device on a cable or radio has at least one"),
    ("OUI", "the first half of a MAC address; it names the company that bought the block, which need not have built the device"),
    ("registrant", "the company that a block of numbers was sold to"),
    ("FDB", "a switch's table of which MAC address was seen at which port"),
    ("chassis ID|chassis id", "the name under which a device announces itself to its neighbours"),
    ("VLAN|VLANs", "a network of its own on switches that it shares with others"),
    ("SSID|SSIDs", "the name of a wireless network"),
    ("subnet|subnets", "a range of addresses that belong together"),
    ("SNMP", "the way to ask a network device about itself; a read-only credential lets one ask, and change nothing"),
    ("probe|probes", "one kind of question that the scan asks"),
    ("scope|scopes", "the addresses that the scan was allowed to ask"),
    ("witness|witnesses|witnessed", "a neighbour or table that tells of a device; not the device's own word"),
    ("hint|hints", "a weak sign, never enough by itself to name a maker"),
    ("relabel|relabels", "a device that is sold under another name than its builder's"),
    ("digest|digests", "a number made out of a file's every byte: if one byte changes, so does the digest"),
    ("pack", "the rules, law, brands and registers that the verdicts were made with; all of it has one digest"),
    ("hop|hops", "one router on the way to a target"),
    ("authority|authorities", "a law or list that names producers; each stands for itself"),
    ("covered", "made by a producer that the law names; whether it is forbidden here is a question of its own"),
    ("suspect", "signs of such a producer, but not the device's own word"),
    ("closure|closures", "an account that must come out even: whatever was asked, seen or named is explained or listed"),
    ("hold|holds", "a reason for which the paper may not deny; a named person can lift it by saying how things are"),
    ("representation|representations", "a statement to the Government that the entity answers for"),
    ("disclosure|disclosures", "telling the Government in writing what was found"),
    ("waiver|waivers", "an authority's written leave, for a time, to have what the law forbids"),
    ("essential component|essential components", "a part without which a system does not work properly"),
    ("backhaul", "the link that carries a provider's traffic from its edge to its core"),
    ("roaming", "using another provider's network when away from one's own"),
    ("interconnection", "where two providers' networks hand traffic to each other"),
    ("exception|exceptions", "what the prohibition itself leaves out; nobody has to grant it, and somebody must show that it fits"),
    ("reasonable inquiry", "a search in what the entity already holds for who made what it uses; no audit is needed for it"),
    ("laydown", "the full account of covered equipment in an entity's systems"),
    ("flow-down", "what a contractor must put into the contracts with its own suppliers"),
    ("bill of materials|bills of materials", "the list of parts that a product is made of, and who made each"),
    ("critical technology", "technology that export and security laws name as such"),
    ("business day|business days", "a day on which the Government works: no weekend and no federal holiday"),
    ("PSC|Product Service Code", "the Government's number for a kind of product or service"),
    ("UEI|unique entity identifier", "the number under which SAM knows an entity"),
    ("CAGE", "the code under which the Government knows one place of a business"),
    ("SAM", "the Government's register of those it does business with, sam.gov"),
    ("FASCSA", "the law under which the Government orders sources or articles out of its supply chain"),
    ("DIBNet", "the Department of Defense's site for such reports"),
    ("OEM|original equipment manufacturer", "the company that builds a thing, whoever's name is on it"),
)  # fmt: skip


class Terms:
    """What has been explained so far on one page, paper or review in `lang`."""

    def __init__(self, lang: str = "en", without: tuple[str, ...] = ()) -> None:
        """`without`: terms whose word the page uses in its common sense."""
        self._words: dict[str, tuple[str, str]] = {}
        for term, meaning in (one for one in TERMS if one[0] not in without):
            forms = told(term, lang).split("|")
            for form in forms:
                self._words |= dict.fromkeys((form, form[:1].upper() + form[1:]), (forms[0], told(meaning, lang)))
        found = "|".join(map(re.escape, sorted(self._words, key=lambda one: (-len(one), one))))
        self._find = re.compile(rf"(?<!\w)(?:{found})(?!\w)")
        self._said: set[str] = set()

    def new(self, text: str) -> list[tuple[str, str]]:
        """(word, meaning) of each that `text` is the first to use, in its order; what a meaning itself uses comes with it."""
        return list(self._new(text))

    def _new(self, text: str) -> Iterator[tuple[str, str]]:
        for found in self._find.finditer(text):
            word, meaning = self._words[found[0]]
            if word not in self._said:
                self._said.add(word)
                yield word, meaning
                yield from self._new(meaning)
