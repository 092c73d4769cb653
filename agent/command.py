"""The command line's root: commands are the files in agent/cli; a Trouble becomes one line and an exit code."""

import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import Any

import click

from agent.exits import DONE, FAILED, USAGE
from model.folder import module, names
from model.trouble import Trouble, UsageTrouble, place

ROOM = "agent.cli"


class Commands(click.Group):
    """A group whose commands are files: `import_.py` is `import`, because `import` is no name for a module."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name.rstrip("_").replace("_", "-") for name in names(ROOM)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        stem = cmd_name.replace("-", "_")
        for name in (stem, stem + "_"):
            if name in names(ROOM):
                found: click.Command = module(ROOM, name).command
                return found
        return None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="laydown", message="laydown %(version)s")
def root() -> None:
    """Find the equipment a site uses, say who made it and how that is known, and draft the Section 889 papers.

    \b
    Begin:  laydown demo                        a simulated site, scanned for real
            laydown doctor                      what works on this machine
            laydown scan 192.0.2.0/24 --authorized-by NAME --dry-run -f notice
    Exit:   0 done, 1 failed, 2 wrong usage, 3 --fail-on met, 4 coverage incomplete.
    """


def main(args: list[str] | None = None) -> Any:
    """Entry point. Errors a person can mend are one line on stderr; no traceback for them."""
    _kept_in()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # file names need not be UTF-8
    try:
        sys.exit(root.main(args=args, prog_name="laydown", standalone_mode=False) or DONE)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.Abort:
        print("laydown: stopped; what was gathered is kept", file=sys.stderr)
        sys.exit(FAILED)
    except click.exceptions.NoArgsIsHelpError as fault:
        print(fault.format_message(), file=sys.stderr)
        sys.exit(USAGE)
    except click.ClickException as fault:
        _err(f"laydown: {fault.format_message().rstrip('.')}: see `laydown {_about(fault)}--help`")
        sys.exit(USAGE)
    except Trouble as trouble:
        _err(f"laydown: {trouble}")
        sys.exit(USAGE if isinstance(trouble, UsageTrouble) else FAILED)
    except BrokenPipeError:
        sys.exit(FAILED)
    except OSError as fault:
        name = fault.filename or "system"
        _err(f"laydown: {name}: {fault.strerror}: check the path, its rights and the space left")
        sys.exit(FAILED)
    except Exception as fault:  # noqa: BLE001 - a bug of ours: one line with its place, no traceback for the user
        said = " ".join(f"{type(fault).__name__} {fault}".split())
        _err(f"laydown: {place(fault)}: {said}: a fault of this program, please report it")
        sys.exit(FAILED)


def _kept_in() -> None:
    """A crash leaves no memory on disk: what was held in it, keys and passphrases among it, is nobody's to read later."""
    with suppress(ImportError, OSError, ValueError):  # not every system has the limit
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _err(line: str) -> None:
    """To a terminal: a file, device or answer named in the line may be called anything."""
    from agent.words import plain

    print(plain(line), file=sys.stderr)


def _about(fault: click.ClickException) -> str:
    """The command's words behind `laydown`, so that the help of `rules show` is not sought under `show`."""
    ctx = getattr(fault, "ctx", None)
    words = ctx.command_path.split()[1:] if ctx is not None else []
    return "".join(f"{word} " for word in words)


if __name__ == "__main__":
    main()
