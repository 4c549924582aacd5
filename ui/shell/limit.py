"""The limit: a client that guesses addresses, or sends more than a person could, waits a minute."""

from collections import OrderedDict, deque
from collections.abc import Mapping
from time import monotonic

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_MINUTE = 60.0
_MOST_KNOWN = 10_000  # those who came longest ago are forgotten first


class Limit:
    """The middleware that counts requests by the address they come from and the path they ask for.

    refusals: how many answers of 400 and more a minute are given below a path, so that a hundred
        people in one room may open what one of them shares, and nobody tries a hundred tokens.
    requests: how many requests a minute are taken there, whatever the answer.
    base: the path that Pheu is below.
    """

    def __init__(
        self,
        app: ASGIApp,
        refusals: Mapping[str, int],
        requests: Mapping[str, int],
        base: str = "",
    ) -> None:
        self._app, self._base = app, base
        self._most = {**refusals, **requests}
        self._refusals = tuple(refusals)
        self._counted: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or has it come again later."""
        below = self._below(scope) if scope["type"] == "http" else None
        if below is None:
            await self._app(scope, receive, send)
            return
        client, _port = scope.get("client") or ("", 0)
        times = self._times(below, client)
        if len(times) >= self._most[below]:
            wait = max(1, round(times[0] + _MINUTE - monotonic()))
            refused = PlainTextResponse(
                "too many requests\n", status_code=429, headers={"Retry-After": str(wait)}
            )
            await refused(scope, receive, send)
            return
        if below not in self._refusals:
            times.append(monotonic())

        async def sent(message: Message) -> None:
            is_refusal = message["type"] == "http.response.start" and message["status"] >= 400
            if is_refusal and below in self._refusals:
                times.append(monotonic())
            await send(message)

        await self._app(scope, receive, sent)

    def _below(self, scope: Scope) -> str | None:
        """The path with a limit that a request is below."""
        path = scope["path"].removeprefix(self._base)
        return next((each for each in self._most if path.startswith(each)), None)

    def _times(self, below: str, client: str) -> deque[float]:
        """When somebody was counted in the last minute."""
        times = self._counted.setdefault((below, client), deque())
        self._counted.move_to_end((below, client))
        if len(self._counted) > _MOST_KNOWN:
            self._counted.popitem(last=False)
        while times and times[0] < monotonic() - _MINUTE:
            times.popleft()
        return times
