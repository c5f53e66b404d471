"""Requests to the live loop's endpoint on one connection that stays open."""

import asyncio
from urllib.parse import urlsplit

# What Chromium adds to a page's own requests.
BROWSER_HEADERS = (
    "Accept: */*\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: en-GB,en-US;q=0.9,en;q=0.8\r\n"
    "Cookie: _streamlit_xsrf=2|0123abcd|0123456789abcdef0123456789abcdef|1700000000\r\n"
    'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"\r\n'
    "sec-ch-ua-mobile: ?0\r\n"
    'sec-ch-ua-platform: "Linux"\r\n'
    "Sec-Fetch-Dest: empty\r\n"
    "Sec-Fetch-Mode: cors\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36\r\n"
)


class Connection:
    """A connection of one page, opened for its first request; requests follow one another."""

    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def __init__(self, url: str, page: str) -> None:
        self._url = url
        self._page = page

    async def post(
        self, message: bytes, *, exact: int = 1, origin: str | None = None
    ) -> tuple[int, bytes]:
        """Send a drawing; returns the response's status and body.

        Where the server has closed the connection since the last request, sends it again on a new
        one, as browsers do.
        """
        head = (
            f"POST /jacviz/answer?space=probability&exact={exact}&page={self._page} HTTP/1.1\r\n"
            f"Host: {urlsplit(self._url).netloc}\r\n"
            f"Origin: {origin or self._url}\r\n{BROWSER_HEADERS}"
            f"Content-Type: application/octet-stream\r\nContent-Length: {len(message)}\r\n\r\n"
        )
        request = head.encode() + message
        if self._streams is not None:
            try:
                return await self._exchange(request, *self._streams)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
        host = urlsplit(self._url)
        self._streams = await asyncio.open_connection(host.hostname, host.port)
        return await self._exchange(request, *self._streams)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None

    async def _exchange(
        self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[int, bytes]:
        if reader.at_eof() or writer.is_closing():
            raise ConnectionResetError("expected an open connection, got a closed one")
        writer.write(request)
        await writer.drain()
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if line)
        body = await reader.readexactly(int(headers["content-length"]))
        if headers.get("connection") == "close":
            self.close()
        return int(status.split()[1]), body
