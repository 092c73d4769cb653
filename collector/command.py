"""The root of laydown-collector: commands are the files in collector/cli; a Trouble becomes one line and an exit code."""

import sys
from contextlib import suppress
from typing import Any

import click

from model.folder import module, names
from model.trouble import Trouble, UsageTrouble, place

DONE, FAILED, USAGE = 0, 1, 2
ROOM, PROGRAM = "collector.cli", "laydown-collector"


class Commands(click.Group):
    """A group whose commands are files."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name.replace("_", "-") for name in names(ROOM)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        stem = cmd_name.replace("-", "_")
        if stem not in names(ROOM):
            return None
        found: click.Command = module(ROOM, stem).command
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="laydown", message=f"{PROGRAM} %(version)s")
def root() -> None:
    """Take the signed reports of many sites, keep them, and show each organisation its own.

    \b
    Begin:  laydown-collector init --dir D      a folder with everything in it
            laydown-collector user add ada --dir D --role admin
            laydown-collector serve --dir D     http://127.0.0.1:8889
            laydown-collector token --dir D --site hq
    Exit:   0 done, 1 failed, 2 wrong usage.
    """


def main(args: list[str] | None = None) -> Any:
    """Entry point. Errors a person can mend are one line on stderr; no traceback for them."""
    _kept_in()
    try:
        sys.exit(root.main(args=args, prog_name=PROGRAM, standalone_mode=False) or DONE)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.Abort:
        _say("stopped; what was taken is kept", FAILED)
    except click.exceptions.NoArgsIsHelpError as fault:
        print(fault.format_message(), file=sys.stderr)
        sys.exit(USAGE)
    except click.ClickException as fault:
        ctx = getattr(fault, "ctx", None)
        about = "".join(f"{word} " for word in (ctx.command_path.split()[1:] if ctx is not None else []))
        _say(f"{fault.format_message().rstrip('.')}: see `{PROGRAM} {about}--help`", USAGE)
    except Trouble as trouble:
        _say(str(trouble), USAGE if isinstance(trouble, UsageTrouble) else FAILED)
    except BrokenPipeError:
        sys.exit(FAILED)
    except ModuleNotFoundError as fault:
        remedy = "install the collector's packages: pip install 'laydown[collector]'"
        _say(f"{fault.name}: is not installed: {remedy}", FAILED)
    except OSError as fault:
        what = f"{fault.filename or 'system'}: {fault.strerror}"
        _say(f"{what}: check the path, its rights and the space left", FAILED)
    except Exception as fault:  # noqa: BLE001 - a bug of ours: one line with its place, no traceback for the user
        said = " ".join(f"{type(fault).__name__} {fault}".split())
        _say(f"{place(fault)}: {said}: a fault of this program, please report it", FAILED)


def _kept_in() -> None:
    """A crash leaves no memory on disk: what was held in it, keys and passphrases among it, is nobody's to read later."""
    with suppress(ImportError, OSError, ValueError):  # not every system has the limit
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _say(text: str, code: int) -> None:
    from reporters._text import shown

    print(f"{PROGRAM}: {shown(text)}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
