"""Work in a process of its own, at low priority and within limits: it can harm nobody else.

A process is started anew for each call and is told what to do through its standard input: a server
has threads, and one that has threads must not be forked. What the work prints goes to the log.
"""

import logging
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from data import scratch
from data.errors import LoadError, StoreError
from data.progress import Progress

_ROOT = Path(__file__).resolve().parents[1]
_MIB = 1 << 20
_LEAST_MEMORY = 2_048 * _MIB
"""What a process needs to begin with is addresses: 1.1 GB of them before it has read a line."""

_NICENESS = 15
_LAST_SECONDS = 5
_PROGRESS, _ANSWER, _ERROR, _FAULT = "progress", "answer", "error", "fault"

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Limits:
    """What such a process may take. Systems other than Unix only hold it to the time."""

    memory: int
    """Bytes of memory."""
    seconds: int
    """Seconds by the clock on the wall."""
    file: int = 64 << 30
    """Bytes of any file that it writes."""


def allowed(seconds: int) -> Limits:
    """The limits of this machine: half of its memory, unless `PHEU_LOAD_MEMORY_MB` says how much.

    `PHEU_LOAD_MINUTES` goes before the seconds given.
    """
    memory = os.environ.get("PHEU_LOAD_MEMORY_MB", "")
    minutes = os.environ.get("PHEU_LOAD_MINUTES", "")
    return Limits(
        int(memory) * _MIB if memory.isdecimal() else max(machine_memory() // 2, _LEAST_MEMORY),
        60 * int(minutes) if minutes.isdecimal() else seconds,
    )


def of_a_command() -> Limits:
    """The limits of a command that somebody gave on this machine: all of its memory."""
    return Limits(max(machine_memory(), _LEAST_MEMORY), 0)


def machine_memory() -> int:
    """The bytes of memory of this machine, or of the container it is."""
    found = []
    with suppress(AttributeError, OSError, ValueError):
        found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    with suppress(OSError, ValueError):
        found.append(int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return min(found, default=2 * _LEAST_MEMORY)


def call(
    work: Callable[..., Answer],
    *arguments: Any,
    limits: Limits,
    progress: Progress | None = None,
    **named: Any,
) -> Answer:
    """What a function answers that is called in a process of its own.

    The function stands at the top of a module, and what it is given and answers can be pickled. One
    that is given `progress` here is given one of its own there.

    Raises:
        StoreError: what the function raised, as it raised it.
        LoadError: it took more than the limits allow, or the process ended on the way.
    """
    request = pickle.dumps((work, arguments, named, limits, progress is not None))
    with subprocess.Popen(
        [sys.executable, "-X", "utf8", "-m", "data.apart"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": _path(), "RUST_BACKTRACE": "0"},
    ) as process:
        late = threading.Event()

        def end() -> None:
            late.set()
            _stop(process)

        clock = threading.Timer(limits.seconds, end)
        clock.daemon = True
        clock.start()
        try:
            answer = _converse(process, request, progress)
        finally:
            clock.cancel()
            # Done or given up: where the caller stops, as when its page is left, so does the work.
            _stop(process)
    if answer is not None:
        return cast(Answer, _answered(answer))
    if late.is_set():
        raise LoadError(
            f"It took longer than {limits.seconds // 60} minutes, the most that is allowed, and "
            "was stopped; nothing was changed. Split the file, or load it on the command line."
        )
    logging.getLogger(__name__).error("work apart ended with status %s", process.returncode)
    raise too_much_memory(limits.memory)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Ends a process: it removes its scratch folders first, if it still can."""
    process.terminate()
    try:
        process.wait(_LAST_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def too_much_memory(limit: int) -> LoadError:
    """The error for work that takes more memory than it may have."""
    return LoadError(
        f"It takes more than {limit // _MIB:,} MB of memory, the most that is allowed, and was "
        "stopped; nothing was changed. Split the file, or export it as CSV."
    )


def _path() -> str:
    return os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))


def _converse(
    process: "subprocess.Popen[bytes]", request: bytes, progress: Progress | None
) -> tuple[str, Any] | None:
    """Hands over the request and takes what comes back; None when the process ends before that."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):
        process.stdin.write(request)
        process.stdin.flush()
    # (the pipe stays open: its end tells the process that nobody waits any longer)
    while True:
        try:
            kind, *said = pickle.load(process.stdout)
        except (EOFError, pickle.UnpicklingError):
            return None
        if kind != _PROGRESS:
            return kind, said[0]
        if progress is not None:
            progress(*said)


def _answered(answer: tuple[str, Any]) -> Any:
    kind, said = answer
    if kind == _ANSWER:
        return said
    if kind == _ERROR:
        raise said
    logging.getLogger(__name__).error("work apart failed:\n%s", said)
    raise LoadError("The file could not be read: the server's log says why. Nothing was changed.")


def main() -> None:
    """What the process does: one request, within its limits."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    work, arguments, named, limits, is_watched = pickle.load(sys.stdin.buffer)
    scratch.remove_mine_on_termination()
    threading.Thread(target=_end_with_asker, daemon=True).start()
    keep_to(limits)
    if is_watched:
        named["progress"] = lambda what, share: _say(out, _PROGRESS, what, share)
    try:
        _say(out, _ANSWER, work(*arguments, **named))
    except StoreError as error:
        _say(out, _ERROR, error)
    except MemoryError:
        _say(out, _ERROR, too_much_memory(limits.memory))
    except Exception:
        import traceback

        _say(out, _FAULT, traceback.format_exc())


def _say(out: IO[bytes], *said: Any) -> None:
    pickle.dump(said, out)
    out.flush()


def _end_with_asker() -> None:
    """Ends this process when the one that asked is gone: then its end of the pipe is closed."""
    while os.read(0, 1):
        pass
    scratch.remove_mine()
    os._exit(1)


def keep_to(limits: Limits) -> None:
    """Holds this process to limits from now on, and puts it behind all others."""
    with suppress(AttributeError, OSError):
        os.nice(_NICENESS)
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.file),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (soft, hard))


def memory_allowed() -> int | None:
    """The bytes of memory that this process is held to; None when it is not."""
    try:
        import resource
    except ImportError:
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if soft == resource.RLIM_INFINITY else soft


if __name__ == "__main__":
    main()
    # All is said. To take everything apart in order would only cost time.
    sys.stderr.flush()
    os._exit(0)
