"""Where a device is plugged in, its own port first: a port that many things share is an uplink, and says little of any of them."""

from collections import Counter
from collections.abc import Iterable

from model.report import Attached, Report
from reporters._catalogue import told
from reporters._text import names_of, place


class Places:
    """The places of one report's devices, in words. A port's crowd is how many things were seen at it."""

    def __init__(self, report: Report, lang: str = "en") -> None:
        self._lang = lang
        self.names = names_of(report)
        seen = [*(one.attached for one in report.findings), *(one.attached for one in report.unexplained_macs)]
        self._crowd = Counter(port for attached in seen for port in {(at.switch, at.port) for at in attached})

    def ordered(self, found: Iterable[Attached]) -> list[Attached]:
        """The likeliest place first."""
        return sorted(found, key=lambda at: (self._crowd[at.switch, at.port], at))

    def words(self, found: Iterable[Attached]) -> list[str]:
        """Every place in words, the likeliest first."""
        return list(dict.fromkeys(place(at, self.names, self._lang) for at in self.ordered(found)))

    def short(self, found: Iterable[Attached]) -> str:
        """The likeliest place, and how many more there are; "" where no table says."""
        words = self.words(found)
        more = told("and seen at {number} more", self._lang).replace("{number}", str(len(words) - 1))
        return words[0] + (f" ({more})" if len(words) > 1 else "") if words else ""
