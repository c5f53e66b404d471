"""Start servers in subprocesses for the duration of a benchmark."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from jacviz.benchmarks import page_one_text
from jacviz.errors import JacvizError

JACVIZ = ("-m", "jacviz", "--no-browser")
ONE_TEXT = ("-m", "uvicorn", "--log-level", "warning", "jacviz.benchmarks.page_one_text:app")


def streamlit_run(page: Path) -> tuple[str, ...]:
    """Build the arguments of `streamlit run` for a page."""
    settings = ("--server.headless", "true", "--browser.gatherUsageStats", "false")
    return ("-m", "streamlit", "run", str(page), *settings)


EMPTY_PAGE = streamlit_run(Path(page_one_text.__file__))
# Its file imports the canvas, which needs a running Streamlit.
ONLY_CANVAS = streamlit_run(Path(page_one_text.__file__).with_name("page_only_canvas.py"))


@dataclass(frozen=True)
class Server:
    url: str
    process: int
    started: float
    """When the process was started, by time.perf_counter()."""


@contextmanager
def serving(arguments: Sequence[str], port_flag: str = "--port") -> Iterator[Server]:
    """Serve a page on this machine in a subprocess, which ends with the block."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments, port_flag, str(port)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_up(url, process)
        yield Server(url, process.pid, started)
    finally:
        process.terminate()
        process.communicate()


def _wait_until_up(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(3000):
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if process.poll() is not None:
                log = process.communicate()[1].decode(errors="replace")
                raise JacvizError(f"a server to measure ended at once: {log[-2000:]}") from None
            time.sleep(0.02)
        else:
            return
    raise JacvizError(f"a server to measure did not answer within a minute at {url}")
