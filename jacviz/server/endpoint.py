"""/jacviz/answer: drawings in, answers out, by request or on a line that stays open."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from jacviz.server.http import post
from jacviz.server.websocket import line

PATH = "/jacviz/answer"


class Answers:
    """Answers drawings in front of an application, and leaves all else to it.

    In front, because a pen asks for sixty answers a second: what Streamlit does for every request
    (a session's cookie, compression) would take longer than the answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Also where a proxy or a setting puts the page below a path.
        if not scope.get("path", "").endswith(PATH):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await line(WebSocket(scope, receive, send))
        else:
            response = await post(Request(scope, receive))
            await response(scope, receive, send)
