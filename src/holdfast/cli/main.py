"""The `holdfast` command: its sub-commands, and what ends with which exit code.

0: done. 1: failed. 2: the user's mistake, told in one line. 3: a run waits for people's verdicts.
130: stopped by Ctrl-C. A command whose answer is a verdict returns a code of its own, which its help tells.
HOLDFAST_DEBUG=1 shows tracebacks.
"""

from __future__ import annotations

import errno
import os
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress

from cyclopts import App, CycloptsError

from holdfast import __version__
from holdfast.cli.accounts import accounts
from holdfast.cli.attack import attack
from holdfast.cli.attacks import attacks
from holdfast.cli.audit import audit
from holdfast.cli.check import check
from holdfast.cli.claim import claim
from holdfast.cli.diagnose import diagnose
from holdfast.cli.evaluate import evaluate
from holdfast.cli.gate import gate
from holdfast.cli.judge import judge
from holdfast.cli.monitor import monitor
from holdfast.cli.people import people
from holdfast.cli.plan import plan
from holdfast.cli.report import report
from holdfast.cli.resume import resume
from holdfast.cli.run import run
from holdfast.cli.runs import runs
from holdfast.cli.sample import sample
from holdfast.cli.score import score
from holdfast.cli.serve import serve
from holdfast.cli.streams import drop_output, finish_output, prepare_streams
from holdfast.cli.study import study
from holdfast.cli.tasks import tasks
from holdfast.cli.traffic import traffic
from holdfast.cli.train import train
from holdfast.core.errors import HoldfastError, HoldfastWarning, UserError
from holdfast.core.unicode_text import impurity

# The command modules are imported here and now, and import everything heavy inside their functions: so the
# list of commands shows their own docstrings, and `holdfast --help` stays quick.

HELP = """Attack, retrain and measure language models that must not fail.

For example:

    holdfast run storyworld --preset smoke
    holdfast runs list
    holdfast judge --task brackets --prompt "((" --completion ")"
"""

app = App(
    name="holdfast",
    help=HELP,
    help_format="plaintext",
    version=__version__,
    suppress_keyboard_interrupt=False,
)
for _command in (
    run,
    resume,
    train,
    serve,
    report,
    check,
    attack,
    audit,
    evaluate,
    gate,
    score,
    judge,
    sample,
    monitor,
    plan,
    tasks,
    attacks,
):
    app.command(_command)
app.command(runs)
app.command(claim)
app.command(accounts)
app.command(people)
app.command(traffic)
app.command(study)
app.command(diagnose)
_ORDER = (
    "run resume train study serve people accounts report runs check attack audit evaluate gate diagnose claim"
    " score judge sample monitor traffic plan"
).split()
for _place, _name in enumerate(_ORDER):
    app[_name].sort_key = _place  # the others follow by name

_STOPPED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    # Libraries that talk on the terminal would break the progress display; nothing is fetched by name.
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    warnings.formatwarning = _warned
    if arguments is None:
        prepare_streams()
    try:
        return _run(arguments)
    except (Exception, KeyboardInterrupt) as error:
        if os.environ.get("HOLDFAST_DEBUG") == "1":
            raise
        message, code = explain_error(error)
        _say(message)
        return code
    finally:
        _finish()


def _say(message: str) -> None:
    """A line on the standard error, if it takes one."""
    if message:
        with suppress(OSError, ValueError):
            print(f"holdfast: {message}", file=sys.stderr, flush=True)


def _finish() -> None:
    """Write what a command that failed had printed before."""
    try:
        finish_output()
    except BrokenPipeError:
        drop_output()
    except (OSError, HoldfastError) as error:
        _say(_one_line(str(error)))


_usual_warning = warnings.formatwarning


def _warned(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """A warning of Holdfast's own as a line for people; others as they are."""
    if issubclass(category, HoldfastWarning):
        return f"holdfast: warning: {message}\n"
    return _usual_warning(message, category, filename, lineno, line)


def _run(arguments: Sequence[str] | None) -> int:
    tokens = sys.argv[1:] if arguments is None else list(arguments)
    check_tokens(tokens)
    ended = app(tokens, exit_on_error=False, print_error=False, result_action="return_value")
    finish_output()
    return ended if isinstance(ended, int) else 0


_MAY_BE_EMPTY = ("--prompt", "--completion")


def check_tokens(tokens: Sequence[str]) -> None:
    """Raise UserError where an argument is no text, or an option is given nothing."""
    for before, token in zip(("", *tokens), tokens, strict=False):
        option, equals, value = token.partition("=")
        named = option if option.startswith("--") and equals else ""
        if impurity(token):
            shown = os.fsencode(token).decode("utf-8", "backslashreplace")
            raise UserError(f"the argument '{shown}' is not text in {sys.getfilesystemencoding()}")
        if (token == "" and before not in _MAY_BE_EMPTY) or (
            named and value == "" and named not in _MAY_BE_EMPTY
        ):
            what = named or (before if before.startswith("-") else "an argument")
            raise UserError(f"{what} is empty; give it a value, or leave it out")


def explain_error(error: BaseException) -> tuple[str, int]:
    """The one line for people and the exit code that belong to an error."""
    match error:
        case HoldfastError():
            return _one_line(str(error)), error.exit_code
        case CycloptsError():
            return f"{_one_line(str(error))} (see holdfast --help)", 2
        case KeyboardInterrupt():
            return "stopped", _STOPPED
        case BrokenPipeError():
            drop_output()  # the reader went away, as `head` does
            return "", 1
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return f"the disk is full{_where(error)}; nothing half-written was kept", 1
        case OSError(errno=errno.EFBIG):
            return (
                f"a file would be larger than allowed here{_where(error)}; nothing half-written was kept",
                1,
            )
        case OSError(errno=errno.EMFILE):
            return "too many files are open at once; allow more (ulimit -n 1024), and run it again", 1
        case _:
            return f"{type(error).__name__}: {_one_line(str(error))} (HOLDFAST_DEBUG=1 shows where)", 1


def _where(error: OSError) -> str:
    return f" ({error.filename})" if error.filename else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    sys.exit(main())
