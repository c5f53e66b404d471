"""A TCP proxy on 127.0.0.1 that delivers every byte late, as a long way to the server does."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


@contextmanager
def delayed(url: str, seconds: float) -> Iterator[str]:
    """The address of a proxy for the server at `url` that takes so many seconds each way."""
    target = urlsplit(url)
    assert target.hostname is not None
    assert target.port is not None
    proxy = _Proxy(target.hostname, target.port, seconds)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        port = asyncio.run_coroutine_threadsafe(proxy.start(), loop).result(10)
        yield f"http://127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(proxy.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


class _Proxy:
    def __init__(self, host: str, port: int, seconds: float) -> None:
        self._host, self._port, self._seconds = host, port, seconds
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self) -> int:
        """Listen; the port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            up, down = await asyncio.open_connection(self._host, self._port)
            await asyncio.gather(self._pump(reader, down), self._pump(up, writer))
        except OSError:
            writer.close()
        finally:
            self._connections.discard(task)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """Pass bytes on in their order, each so many seconds after it came."""
        clock = asyncio.get_running_loop().time
        late: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivery = asyncio.create_task(self._deliver(late, sink))
        try:
            while data := await source.read(65536):
                late.put_nowait((clock() + self._seconds, data))
            late.put_nowait((clock() + self._seconds, b""))
            await delivery
        finally:
            delivery.cancel()

    @staticmethod
    async def _deliver(
        late: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter
    ) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            due, data = await late.get()
            await asyncio.sleep(max(0.0, due - clock()))
            if not data:
                sink.close()
                return
            sink.write(data)
            await sink.drain()
