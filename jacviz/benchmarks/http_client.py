"""Requests to the live loop's endpoint on one connection that stays open."""

import asyncio
from urllib.parse import urlsplit


class Connection:
    """A connection of one page; requests are sent one after the other."""

    def __init__(self, url: str, page: str) -> None:
        self._url = url
        self._page = page

    async def open(self) -> None:
        host = urlsplit(self._url)
        self._reader, self._writer = await asyncio.open_connection(host.hostname, host.port)

    async def post(
        self, message: bytes, *, exact: int = 1, origin: str | None = None
    ) -> tuple[int, bytes]:
        """Send a drawing; returns the response's status and body."""
        head = (
            f"POST /jacviz/answer?space=probability&exact={exact}&page={self._page} HTTP/1.1\r\n"
            f"Host: {urlsplit(self._url).netloc}\r\n"
            f"Origin: {origin or self._url}\r\n"
            f"Content-Type: application/octet-stream\r\nContent-Length: {len(message)}\r\n\r\n"
        )
        self._writer.write(head.encode() + message)
        await self._writer.drain()
        status, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if line)
        body = await self._reader.readexactly(int(headers["content-length"]))
        if headers.get("connection") == "close":
            await self.close()
            await self.open()
        return int(status.split()[1]), body

    async def close(self) -> None:
        self._writer.close()
