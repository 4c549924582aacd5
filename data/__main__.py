"""`python -m data`: loads files into a store, makes the sample, and keeps the store in order."""

import sys
from collections.abc import Callable, Mapping

import typer

from data import apart, scratch, utf8
from data.command_line import keeping, loading, sharing

_COMMANDS: Mapping[str, Callable[..., None]] = {
    "load": loading.load_files,
    "recognise": loading.recognise,
    "sample": loading.sample,
    "screening": keeping.screening,
    "generations": keeping.generations,
    "check": keeping.check,
    "use": keeping.use,
    "pin": keeping.pin,
    "unpin": keeping.unpin,
    "share": sharing.share,
    "shares": sharing.list_shares,
    "unshare": sharing.unshare,
    "log": sharing.show_log,
}

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False
)
for _name, _command in _COMMANDS.items():
    app.command(_name)(_command)

if __name__ == "__main__":
    utf8.speak("data")
    apart.keep_to(apart.of_a_command())
    scratch.remove_mine_on_termination()
    sys.exit(app())
