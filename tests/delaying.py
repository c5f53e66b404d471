"""A TCP proxy on 127.0.0.1 that delivers every byte late, as a long way to the server does."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


@contextmanager
def delayed(url: str) -> Iterator["Proxy"]:
    """A proxy for the server at `url`, which is near until its `seconds` are set."""
    target = urlsplit(url)
    assert target.hostname is not None
    assert target.port is not None
    proxy = Proxy(target.hostname, target.port)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(proxy.start(), loop).result(10)
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(proxy.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


class Proxy:
    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self.url = ""
        self.seconds = 0.0
        """How late each byte is delivered, either way."""
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

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
                late.put_nowait((clock() + self.seconds, data))
            late.put_nowait((clock() + self.seconds, b""))
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
