"""`holdfast accounts`: who may sign in to the workbench of a team."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from holdfast.cli.options import Json, RunsFolder
from holdfast.cli.streams import has_terminal_input, standard_input
from holdfast.core.errors import UserError
from holdfast.core.unicode_text import decoded_lines

if TYPE_CHECKING:
    from holdfast.store.workbench.accounts import Accounts
    from holdfast.workbench.manager.shapes import NewAccount

accounts = App(
    name="accounts",
    help="""Manage who may sign in to the workbench of a team.

For example:

    holdfast accounts add ann --role manager
    holdfast accounts list
""",
)

RoleName = Literal["writer", "reviewer", "manager"]
Stdin = Annotated[bool, Parameter(negative="", show_default=False)]


@accounts.command
def add(name: str, /, *, role: RoleName = "writer", stdin: Stdin = False, runs: RunsFolder = None) -> None:
    """Add an account.

    It asks for the password twice. Accounts belong to a folder of runs and are
    valid for the workbench of each of its runs.

    For example:

        holdfast accounts add ann --role manager
        holdfast accounts add bob --role reviewer

    Args:
        name: The name to sign in with.
        role: `writer`: writes failures; `reviewer`: also judges; `manager`: may do everything.
        stdin: Read the password from standard input (one line), without a question.
    """
    new = checked(name, role, new_password(stdin))
    kept = _accounts(runs)

    from holdfast.workbench.access.passwords import hashed

    kept.add(new.name, new.role, hashed(new.password))
    print(f"{new.name} may sign in as {new.role}")


@accounts.command(name="list")
def list_accounts(*, runs: RunsFolder = None, json: Json = False) -> None:
    """List the accounts.

    For example:

        holdfast accounts list
    """
    from holdfast.cli.output import print_json, print_table

    columns = ["name", "role", "disabled", "created"]
    rows = [{name: getattr(each, name) for name in columns} for each in _accounts(runs).all()]
    if json:
        print_json(rows)
        return
    shown = [
        [row["name"], row["role"], "disabled" if row["disabled"] else "", row["created"][:16]] for row in rows
    ]
    print_table("", ["name", "role", "", "created"], shown)


@accounts.command
def disable(name: str, /, *, runs: RunsFolder = None) -> None:
    """Stop an account from signing in, and sign it out everywhere; its texts stay.

    For example:

        holdfast accounts disable bob

    Args:
        name: The account's name.
    """
    kept = _accounts(runs)
    kept.change(kept.by_name(name).id, disabled=True)
    print(f"{name} may sign in no more; holdfast accounts enable undoes that")


@accounts.command
def enable(name: str, /, *, runs: RunsFolder = None) -> None:
    """Let a disabled account sign in again.

    For example:

        holdfast accounts enable bob

    Args:
        name: The account's name.
    """
    kept = _accounts(runs)
    kept.change(kept.by_name(name).id, disabled=False)
    print(f"{name} may sign in again")


@accounts.command
def password(name: str, /, *, stdin: Stdin = False, runs: RunsFolder = None) -> None:
    """Give an account a new password, and sign it out everywhere.

    For example:

        holdfast accounts password bob

    Args:
        name: The account's name.
        stdin: Read the password from standard input (one line), without a question.
    """
    kept = _accounts(runs)
    account = kept.by_name(name)
    new = checked(account.name, "writer", new_password(stdin))

    from holdfast.workbench.access.passwords import hashed

    kept.change(account.id, password=hashed(new.password))
    print(f"{account.name} has another password")


def new_password(stdin: bool) -> str:
    """A password, typed twice, or read from the standard input; raises UserError if the two differ."""
    if stdin:
        return next(decoded_lines(standard_input("pipe the password in"), "standard input"), "").rstrip(
            "\r\n"
        )
    if not has_terminal_input():
        raise UserError("there is no terminal to ask for a password on; give it by --stdin")

    from getpass import getpass

    first, second = getpass("password: "), getpass("the same again: ")
    if first != second:
        raise UserError("the two passwords differ; try again")
    return first


def checked(name: str, role: RoleName, password: str) -> NewAccount:
    """An account that may be made; raises UserError saying what is wrong with it."""
    from pydantic import ValidationError

    from holdfast.workbench.manager.shapes import NewAccount

    try:
        return NewAccount(name=name, role=role, password=password)
    except ValidationError as error:
        if error.errors()[0]["loc"] == ("name",):
            raise UserError(
                f"the name '{name}' may have letters, digits, spaces, '.', '_', '@' and '-' alone"
            ) from None
        raise UserError("a password has at least 10 characters, and at most 1000") from None


def _accounts(runs: Path | None) -> Accounts:
    from holdfast.cli.extras import need_workbench

    need_workbench()

    from holdfast.campaign.history import open_store, runs_folder
    from holdfast.store.workbench.accounts import Accounts

    return Accounts(open_store(runs or runs_folder()))
