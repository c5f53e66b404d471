"""/jacviz/answer: drawings in, answers out, over HTTP or a WebSocket."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from jacviz.server.http import http_endpoint
from jacviz.server.websocket import websocket_endpoint

PATH = "/jacviz/answer"


class AnswerMiddleware:
    """Answer requests to PATH, and pass all others on to the application.

    A middleware, because a page sends sixty requests a second while somebody draws: what Streamlit
    does for every request (a session's cookie, compression) would take longer than the answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A proxy or a setting may put the page below a path.
        if not scope.get("path", "").endswith(PATH):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await websocket_endpoint(WebSocket(scope, receive, send))
        else:
            response = await http_endpoint(Request(scope, receive))
            await response(scope, receive, send)
