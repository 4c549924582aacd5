"""Several processes behind one address: `make run WORKERS=4` runs `python -m workers 4`.

One process draws pages on one core. Caddy stands in front of as many as are wanted, and leads each
browser by a cookie to the process where it was before: its session, its uploads and what it takes
away are there. All read one store. Each looks at what is in use with every page that it draws, and
so shows what any of them, or the command line, has loaded.
"""

import asyncio
import ctypes
import os
import shutil
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

_HERE = Path(__file__).resolve().parent
_NO_CADDY = """\
Several processes need Caddy in front of them, which is not installed: one process serves instead.
Debian and Ubuntu: apt-get install caddy. macOS: brew install caddy."""
_INSIDE = "127.0.0.1"
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>
_PAUSE = 1.0  # seconds before a process that ended is started again


class Ended(Exception):
    """What stands in front has ended, or cannot begin, so that nobody can be served."""


def main(
    workers: Annotated[int, typer.Argument(min=1, max=64, help="How many processes serve.")],
    address: Annotated[str, typer.Option(help="Where to listen.")] = "localhost",
    port: Annotated[int, typer.Option(help="On which port.")] = 8501,
) -> None:
    """Serves the dashboard with several processes, until it is told to end."""
    caddy = shutil.which("caddy")
    if caddy is None or workers == 1:
        if workers > 1:
            typer.echo(_NO_CADDY, err=True)
        os.chdir(_HERE)
        os.execv(sys.executable, _streamlit(address, port))
    try:
        _require_sign_in(address)
        _require_own_state()
        _require_free(address, port)
        asyncio.run(_serve(caddy, workers, address, port))
    except* Ended as ended:
        raise SystemExit(str(ended.exceptions[0])) from None
    except* (KeyboardInterrupt, asyncio.CancelledError):
        pass


def caddyfile(address: str, port: int, inside: Sequence[int]) -> str:
    """What Caddy is told: to serve at an address, from processes at the ports `inside`."""
    upstreams = " ".join(f"{_INSIDE}:{each}" for each in inside)
    return f"""\
{{
	admin off
	auto_https off
	log {{
		level ERROR
	}}
}}
http://:{port} {{
	bind {address}
	reverse_proxy {upstreams} {{
		lb_policy cookie pheu_worker
		lb_try_duration 5s
		fail_duration 5s
	}}
}}
"""


def _require_sign_in(address: str) -> None:
    """Raises Ended where people beyond this machine would come in without saying who they are.

    The processes cannot tell: all that they see is what stands in front of them.
    """
    from ui.access import visitor

    try:
        visitor.require(address)
    except visitor.AccessError as error:
        raise Ended(f"Pheu does not start. {error}") from None


def _require_own_state() -> None:
    """Raises Ended where the shares would be those of another store, as each process would say."""
    from data.errors import StateOfAnother
    from data.state import database
    from ui import answers

    try:
        database.require(answers.store().root)
    except StateOfAnother as error:
        raise Ended(f"Pheu does not start. {error}") from None


def _require_free(address: str, port: int) -> None:
    """Raises Ended where nobody can listen, which Caddy would not: it shares a port with another.

    Half of the browsers would then be led to a server that was forgotten.
    """
    try:
        # A name may stand for several addresses; IPv4 comes first, as it does for Caddy.
        family, *_how, where = min(socket.getaddrinfo(address, port, type=socket.SOCK_STREAM))
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # who has left is no matter
            probe.bind(where)
    except OSError as error:
        raise Ended(
            f"Pheu cannot listen at {address}, port {port}: {error.strerror}. "
            "Another port is chosen like this: make run PORT=8600"
        ) from None


async def _serve(caddy: str, workers: int, address: str, port: int) -> None:
    """Keeps the processes and what stands in front of them, until this is cancelled."""
    this = asyncio.current_task()
    assert this is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    inside = _free_ports(workers)
    with TemporaryDirectory(prefix="pheu-") as folder:
        told = Path(folder) / "Caddyfile"
        told.write_text(caddyfile(address, port, inside), encoding="utf-8")
        async with asyncio.TaskGroup() as group:
            for each in inside:
                group.create_task(_keep(_streamlit(_INSIDE, each)))
            command = [caddy, "run", "--adapter", "caddyfile", "--config", str(told)]
            group.create_task(_front(command, folder))


async def _keep(command: Sequence[str]) -> None:
    """Runs a process that serves, and runs it again whenever it has ended."""
    while True:
        # Where it says that it listens is not where browsers find it.
        code = await _run(command, STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE="true")
        typer.echo(f"A process has ended ({code}) and is started again.", err=True)
        await asyncio.sleep(_PAUSE)


async def _front(command: Sequence[str], folder: str) -> None:
    """Runs Caddy, which keeps what it writes for itself in a folder. Raises Ended at its end."""
    code = await _run(command, XDG_CONFIG_HOME=folder, XDG_DATA_HOME=folder)
    raise Ended(f"Caddy has ended ({code}): what it said is above.")


async def _run(command: Sequence[str], **environment: str) -> int:
    """Runs a command to its end, and says with what it ended; ends it when this is cancelled."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=_HERE,
        env={**os.environ, **environment},
        preexec_fn=partial(_end_with, os.getpid()) if _LIBC else None,
    )
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


def _end_with(parent: int) -> None:
    """Has Linux end this process when its parent is killed, who could not do it any more."""
    assert _LIBC is not None
    _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != parent:  # it was killed before
        os.kill(os.getpid(), signal.SIGTERM)


def _streamlit(address: str, port: int) -> list[str]:
    where = ["--server.address", address, "--server.port", str(port)]
    return [sys.executable, "-m", "streamlit", "run", str(_HERE / "app.py"), *where]


def _free_ports(number: int) -> list[int]:
    """So many ports that nobody listens on now."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(number)]
        for probe in probes:
            probe.bind((_INSIDE, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


if __name__ == "__main__":
    typer.run(main)
