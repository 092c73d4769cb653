"""Bars: a chart as SVG made on the server, drawn by classes alone, so that no style stands in the page; its figures follow as a table."""

from collections.abc import Sequence

import msgspec
from markupsafe import Markup, escape

LABEL, WIDE, ROOM, HIGH, STEP = 168, 540, 52, 22, 33


class Bar(msgspec.Struct, frozen=True):
    """`parts`: (class, what it counts, how many), drawn one after the other; `link`: where its label leads."""

    label: str
    parts: tuple[tuple[str, str, int], ...]
    link: str = ""

    @property
    def total(self) -> int:
        """Of all parts."""
        return sum(count for _, _, count in self.parts)


def chart(name: str, title: str, bars: Sequence[Bar]) -> Markup:
    """The chart. `name`: its id in the page."""
    high = STEP * len(bars) + 6
    most = max([bar.total for bar in bars], default=0) or 1
    rows = Markup("").join(_row(bar, number, most) for number, bar in enumerate(bars))
    return Markup(
        '<svg class="bars" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="group" aria-label="{title}">{rows}</svg>'
    ).format(wide=WIDE, high=high, title=title, rows=rows)


def _row(bar: Bar, number: int, most: int) -> Markup:
    top = number * STEP + 4
    drawn, at = Markup(""), float(LABEL)
    for kind, what, count in bar.parts:
        wide = (WIDE - LABEL - ROOM) * count / most
        if count:
            drawn += Markup(
                '<rect class="{}" x="{:.1f}" y="{}" width="{:.1f}" height="{}"><title>{}</title></rect>'
            ).format(f"part {kind}", at, top, max(wide, 1.5), HIGH, f"{bar.label}: {count:,} {what}")
        at += wide
    label = Markup('<text class="label" x="{}" y="{}" text-anchor="end">{}</text>').format(
        LABEL - 10, top + 16, _cut(bar.label)
    )
    if bar.link:
        label = Markup('<a href="{}">{}</a>').format(bar.link, label)
    end = Markup('<text class="count" x="{:.1f}" y="{}">{}</text>').format(at + 8, top + 16, f"{bar.total:,}")
    return label + drawn + end


def _cut(text: str) -> str:
    return escape(text if len(text) <= 23 else text[:22] + "…")
