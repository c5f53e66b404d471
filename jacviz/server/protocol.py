"""uvicorn's HTTP protocol with bounds on time and size.

uvicorn itself waits for ever for a request's head or body, and reads heads of any size.
`uvicorn app:app --http jacviz.server.protocol:BoundedHttpToolsProtocol` has the same bounds as the
`jacviz` command.
"""

import asyncio
import sys
import time
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

if sys.platform != "win32":
    import resource


class BoundedHttpToolsProtocol(HttpToolsProtocol):
    """HttpToolsProtocol that closes connections of silent clients and refuses large heads."""

    client_timeout: ClassVar[float] = 10.0
    """Seconds: for a whole head, between two parts of a body, for unread answers to move."""

    max_waiting_connections: ClassVar[int] = 1024
    """Connections without a whole request: from there on the longest silent one is closed.

    A person's page that asks nothing now counts too, as browsers keep connections open. Never more
    than half of the files that the process may open: each page needs another one for Streamlit.
    """

    max_head_bytes: ClassVar[int] = 64 * 1024
    """Bytes of a request's target and headers, or of its trailers."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._unsent_bytes = 0
        self._unparsed_bytes = 0
        self._head_too_large = False

    # What the transport calls

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._extend_deadline()
        self._timer = self.loop.call_later(self.client_timeout, self._check_deadline)
        waiting = [
            connection
            for connection in self.connections
            if isinstance(connection, BoundedHttpToolsProtocol) and connection._is_waiting()
        ]
        if len(waiting) > min(self.max_waiting_connections, _max_files() // 2):
            min(waiting, key=lambda connection: connection._deadline).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unparsed_bytes += len(data)
        super().data_received(data)
        # A single header reaches on_headers_complete only when it has ended.
        if self._unparsed_bytes > self.max_head_bytes and not self.transport.is_closing():
            self._refuse_head()

    # What the parser calls

    def on_message_begin(self) -> None:
        self._extend_deadline()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        head_bytes = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if head_bytes > self.max_head_bytes:
            self._head_too_large = True
            raise ValueError(f"expected at most {self.max_head_bytes} bytes, got {head_bytes}")
        self._unparsed_bytes = 0
        self._extend_deadline()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unparsed_bytes = 0
        self._extend_deadline()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unparsed_bytes = 0
        super().on_message_complete()

    # What HttpToolsProtocol calls

    def send_400_response(self, msg: str) -> None:
        # The parser turns the error of on_headers_complete into one of its own.
        if self._head_too_large:
            self._refuse_head()
        else:
            super().send_400_response(msg)

    def handle_websocket_upgrade(self) -> None:
        # From here on pings tell whether the client is still there.
        self._stop_timer()
        super().handle_websocket_upgrade()

    def on_response_complete(self) -> None:
        self._extend_deadline()
        super().on_response_complete()

    def shutdown(self) -> None:
        if self._is_waiting():
            self.transport.close()
        else:
            super().shutdown()

    # Bounds

    def _is_waiting(self) -> bool:
        """Whether it is the client's turn: to send a request or the rest of one."""
        cycle = self.cycle
        answering = cycle is not None and not cycle.response_complete
        complete = answering and (not cycle.more_body or self.flow.read_paused)
        return not complete and not self.transport.is_closing()

    def _extend_deadline(self) -> None:
        self._deadline = time.monotonic() + self.client_timeout

    def _check_deadline(self) -> None:
        unsent = self.transport.get_write_buffer_size()
        # No deadline for computing an answer, only for a client that does not read it.
        if unsent != self._unsent_bytes or not (unsent or self._is_waiting()):
            self._extend_deadline()
        self._unsent_bytes = unsent
        left = self._deadline - time.monotonic()
        if left > 0:
            self._timer = self.loop.call_later(left, self._check_deadline)
        else:
            self.transport.abort()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse_head(self) -> None:
        reason = f"the request's headers have more than {self.max_head_bytes} bytes".encode()
        self.transport.write(
            STATUS_LINE[431]
            + b"content-type: text/plain; charset=utf-8\r\n"
            + b"content-length: %d\r\nconnection: close\r\n\r\n" % len(reason)
            + reason
        )
        self.transport.close()


def _max_files() -> int:
    """How many files, connections included, this process may have open."""
    if sys.platform == "win32":
        return sys.maxsize
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return sys.maxsize if limit == resource.RLIM_INFINITY else limit
