"""The command `scaffold`: run it, and turn what went wrong into one sentence and an exit code."""

import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with its code."""
    # A command is over before garbage matters, and looking for it takes a quarter of the time.
    gc.disable()
    code = run(sys.argv[1:])
    gc.freeze()
    sys.exit(code)


def run(words: list[str]) -> int:
    """Run one command line; return its exit code."""
    import click

    from scaffold.cli import cli

    try:
        result = cli.main(words, prog_name="scaffold", standalone_mode=False)
    except click.ClickException as error:
        return _failed(error, words)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted: what was not finished was taken back.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stdout = None  # whoever read us is gone; Python would complain once more at exit
        return INTERRUPTED
    return result if isinstance(result, int) else 0


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
