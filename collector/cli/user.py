"""laydown-collector user: the people who sign in."""

import json
from pathlib import Path

import click

from collector.cli._options import database_option, dir_option, json_option, organisation_of, organisation_option
from collector.people.roles import ROLES


@click.group("user", short_help="Accounts: add, list, change, shut.")
def command() -> None:
    """The people of an organisation and what they may: viewer, reviewer, admin.

    \b
    Example:  laydown-collector user add ada --dir D --role admin
    """


@command.command("add")
@click.argument("login", metavar="LOGIN")
@dir_option
@database_option
@organisation_option
@click.option("--role", type=click.Choice(ROLES), default="viewer", show_default=True, help="What they may.")
@click.option("--name", default="", help="As people call them.")
@click.option(
    "--entity", "entities", multiple=True, metavar="NAME", help="Only this entity; may be said again. Else all."
)
@click.option("--password-file", type=click.Path(path_type=Path), help="Its first line; else an invitation is printed.")
def add(
    login: str,
    folder: Path,
    database: str,
    organisation: str,
    role: str,
    name: str,
    entities: tuple[str, ...],
    password_file: Path | None,
) -> None:
    """Add an account. Without --password-file an invitation is printed, with which the person sets a password."""
    from collector.people import accounts
    from collector.people.organisations import entities_named
    from collector.place import opened

    place = opened(folder, database)
    password = _first_line(password_file)
    org = organisation_of(place, organisation)
    with place.store.system(write=True) as tx:
        seen = entities_named(tx, org, entities)
        made = accounts.added(tx, org, login, role, name, password, seen)
        word = "" if password else accounts.invited(tx, org, made)
    click.echo(f"{login}: {role}")
    if word:
        click.echo(f"invitation, good for 7 days: {word}")


@command.command("invite")
@click.argument("login", metavar="LOGIN")
@dir_option
@database_option
@click.option("--without-authenticator", is_flag=True, help="Take the second factor away too.")
def invite(login: str, folder: Path, database: str, without_authenticator: bool) -> None:
    """Print an invitation with which the person sets a new password. Their sessions are over once they do."""
    from collector.people import accounts
    from collector.place import opened

    place = opened(folder, database)
    with place.store.system(write=True) as tx:
        row = accounts.named(tx, login)
        if without_authenticator:
            accounts.changed(tx, row.organisation, row.id, totp="", totp_used=0)
        click.echo(f"invitation, good for 7 days: {accounts.invited(tx, row.organisation, row.id)}")


@command.command("change")
@click.argument("login", metavar="LOGIN")
@dir_option
@database_option
@click.option("--role", type=click.Choice(ROLES), help="What they may from now on.")
@click.option("--shut/--open", "shut", default=None, help="Shut the account, or open it again.")
def change(login: str, folder: Path, database: str, role: str | None, shut: bool | None) -> None:
    """Change the role, or shut the account; all of the person's sessions are over."""
    from collector.clock import stamp
    from collector.people import accounts, knocks, sessions
    from collector.place import opened

    place = opened(folder, database)
    with place.store.system(write=True) as tx:
        row = accounts.named(tx, login)
        values: dict[str, object] = {"role": role} if role else {}
        if shut is not None:
            values |= {"disabled_at": stamp() if shut else None}
        if values:
            accounts.changed(tx, row.organisation, row.id, **values)
            sessions.all_closed(tx, row.organisation, row.id)
        if shut is False:
            knocks.forgotten(tx, login)
    click.echo(f"{login}: changed" if values else f"{login}: nothing to change: say --role, --shut or --open")


@command.command("list")
@dir_option
@database_option
@json_option
def listed(folder: Path, database: str, as_json: bool) -> None:
    """List all accounts of all organisations."""
    from sqlalchemy import select

    from collector.place import opened
    from collector.store.tables import organisation, user

    place = opened(folder, database)
    columns = (user.c.login, user.c.role, user.c.name, organisation.c.name.label("organisation"), user.c.disabled_at)
    query = select(*columns).join(organisation, organisation.c.id == user.c.organisation).order_by(user.c.login)
    with place.store.system() as tx:
        rows = [dict(row._mapping) for row in tx.execute(query)]
    if as_json:
        click.echo(json.dumps(rows, sort_keys=True))
    for row in [] if as_json else rows:
        click.echo(f"{row['login']}  {row['role']}  {row['organisation']}{'  shut' if row['disabled_at'] else ''}")


def _first_line(path: Path | None) -> str:
    from model.trouble import UsageTrouble

    if path is None:
        return ""
    try:
        return path.read_text("utf-8").split("\n", 1)[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as fault:
        raise UsageTrouble(
            str(path), f"cannot be read ({getattr(fault, 'strerror', None) or 'not UTF-8'})", "name a readable file"
        ) from None
