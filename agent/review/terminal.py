"""Review in the terminal: one question after the other, by plain lines, so that it works on any terminal and through a pipe."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

import click

from agent.review.store import Store
from model.answering import entered, needed, withdrawn, word
from model.asked import Ask
from model.trouble import Trouble
from reporters._catalogue import told
from reporters._review_fields import fault, hint, label, offered, thing
from reporters._terms import Terms
from reporters._text import shown

SIGNED = ("by", "date")
HELP = "Enter skips a question; ? says why it is asked; < goes back; - withdraws your word; q ends. Every answer is kept at once."


class Ended(Exception):
    """The person, or the end of the input, ends the review."""


class Back(Exception):
    """The person wants the question before."""


def review(asks: Sequence[Ask], store: Store, by: str, today: date, lang: str) -> int:
    """Put each question that has no word yet; how many words were kept. What was answered is on disk when the next one is put."""
    open_ones = [one for one in asks if not one.said]
    click.echo(told(HELP, lang))
    at = kept = 0
    terms = Terms(lang)
    shown_group = ""
    try:
        while at < len(open_ones):
            ask = open_ones[at]
            if ask.group != shown_group:
                click.secho(f"\n{told(ask.group, lang)}", bold=True)
                shown_group = ask.group
            click.echo(
                f"\n[{at + 1} / {len(open_ones)}] {shown(thing(ask.about, lang))}\n{shown(told(ask.text, lang))}"
            )
            for term, meaning in terms.new(f"{told(ask.group, lang)} {told(ask.text, lang)}"):
                click.echo(f"    {term}: {meaning}")
            try:
                kept += _put(ask, store, by, today, lang)
                at += 1
            except Back:
                at = max(0, at - 1)
    except (Ended, click.Abort, EOFError):
        click.echo("")
    return kept


def _put(ask: Ask, store: Store, by: str, today: date, lang: str) -> int:
    """One question until it is answered, skipped or left; 1 if a word was kept."""
    while True:
        given = _given(ask, store, by, today, lang)
        if not given:
            return 0
        try:
            store.change(partial(entered, noun=ask.noun, said=word(ask, given, today)))
        except Trouble as trouble:
            click.echo(f"  {shown(trouble.where)}: {shown(fault(trouble, lang))}")
            continue
        click.echo(f"  {told('kept', lang)}")
        return 1


def _given(ask: Ask, store: Store, by: str, today: date, lang: str) -> dict[str, str]:
    """What the person filled in, {} for a question left open."""
    given: dict[str, str] = {}
    asked = [name for name in ask.blanks if name not in SIGNED]
    for number, name in enumerate(asked):
        text = _field(ask, store, name, lang)
        if not text and number == 0:
            return {}
        given |= {name: text} if text else {}
    if "by" in ask.blanks:
        given["by"] = by
    if "date" in ask.blanks:
        given["date"] = given.get("date", today.isoformat())
    return given


def _field(ask: Ask, store: Store, name: str, lang: str) -> str:
    options = offered(ask.options.get(name, ()), lang)
    more = " / ".join(options) or told(hint(name), lang)
    must = "" if needed(ask.noun, name) else f" [{told('may be left blank', lang)}]"
    while True:
        line = f"  {told(label(name), lang)}{f' ({more})' if more else ''}{must}"
        text: str = click.prompt(
            line, default="", show_default=False, prompt_suffix=" " if line.endswith("?") else ": "
        ).strip()
        if text == "?":
            for why in filter(None, (ask.why, ask.cite)):
                click.echo(f"  {shown(told(why, lang))}")
        elif text == "q":
            raise Ended
        elif text == "<":
            raise Back
        elif text == "-":
            _withdraw(ask, store)
            return ""
        elif options and text and text not in (*options, *options.values()):
            click.echo(f"  {told('One of these', lang)}: {', '.join(options)}")
        else:
            return options.get(text, text)


def _withdraw(ask: Ask, store: Store) -> None:
    """Take back the word about the same thing, if there is one."""
    blank = {name: (ask.options.get(name) or ("2026-01-01",))[0] for name in ask.blanks if needed(ask.noun, name)}
    try:
        about = word(ask, blank)
    except Trouble:
        return
    store.change(lambda answers: withdrawn(answers, ask.noun, about))


def listed(asks: Sequence[Ask], lang: str) -> Iterator[str]:
    """The open questions as plain lines, by group."""
    group = ""
    for one in (one for one in asks if not one.said):
        if one.group != group:
            group = one.group
            yield f"\n{told(group, lang)}"
        yield f"  {shown(thing(one.about, lang))}: {shown(told(one.text, lang))}  [{shown(one.key)}]"
