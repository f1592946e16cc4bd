"""The command `scaffold`: run it, and turn what went wrong into one sentence and an exit code."""

import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

INTERRUPTED = 130
UNSAID = 10


def main() -> None:
    """Run the command line and exit with its code."""
    # A command is over before garbage matters, and looking for it takes a quarter of the time.
    gc.disable()
    code = run(sys.argv[1:])
    gc.freeze()
    sys.exit(code)


def run(words: list[str]) -> int:
    """Run one command line; return its exit code."""
    try:
        return _answered(words)
    except (BrokenPipeError, SystemExit):  # click's own way to end when whoever read us is gone
        sys.stdout = None  # Python would complain once more at exit
        return INTERRUPTED
    except OSError:
        if not (reason := _unprintable()):
            raise
        sys.stdout = None
        print(f"Error: What there is to say cannot be written: {reason}.", file=sys.stderr)
        return UNSAID


def _answered(words: list[str]) -> int:
    import click

    from scaffold.cli import cli

    try:
        result = cli.main(words, prog_name="scaffold", standalone_mode=False)
    except click.ClickException as error:
        return _failed(error, words)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted: what was not finished was taken back.", err=True)
        return INTERRUPTED
    return result if isinstance(result, int) else 0


def _unprintable() -> str:
    """Return why nothing can be printed, as on a full disk; '' when it can."""
    try:
        print(end="", flush=True)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _failed(error: "click.ClickException", words: list[str]) -> int:
    if "--json" in words:
        import click

        from scaffold.commands import outcome

        click.echo(outcome.failure(error, words))
    else:
        error.show()
    return error.exit_code


if __name__ == "__main__":
    main()
