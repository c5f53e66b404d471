"""A real server in a process of its own, for as long as a test needs it."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`with Server(arguments, folder) as server`: up when the block begins, gone when it ends.

    Runs Python with these arguments; the folder is its working directory and keeps its log.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        *,
        port_flag: str = "--port",
        extra: Sequence[str] = ("--no-browser",),
        python: str = sys.executable,
        env: Mapping[str, str] | None = None,
        health: str = "/_stcore/health",
    ) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "log.txt"
        self._command = [python, *arguments, port_flag, str(port), *extra]
        self._folder = folder
        self._env = env
        self._health = health

    def __enter__(self) -> "Server":
        self.start()
        return self

    def restart(self) -> None:
        """End it and start another at the same address."""
        self.stop()
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait_until_up()
        except BaseException:
            self.stop()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _wait_until_up(self) -> None:
        for _ in range(600):
            if self.process.poll() is not None:
                raise AssertionError(f"the server stopped by itself:\n{self.log.read_text()}")
            try:
                urllib.request.urlopen(self.url + self._health, timeout=1)
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"the server did not come up:\n{self.log.read_text()}")
