"""How far a long piece of work has come: what is being done, and the part of the whole (0 to 1)."""

from collections.abc import Callable

Progress = Callable[[str, float], None]


def silent(_what: str, _share: float) -> None:
    """Progress that nobody watches."""
