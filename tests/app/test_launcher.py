"""The `jacviz` command starts and stops the app, from anywhere."""

import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from serving import Server


def test_the_command_serves_the_page_on_this_machine_only(tmp_path: Path) -> None:
    with Server(["-m", "jacviz"], tmp_path) as server:
        page = urllib.request.urlopen(server.url, timeout=5).read().decode()
        assert "<title>" in page
        served = psutil.Process(server.process.pid)
        processes = [served, *served.children(recursive=True)]
        listening = [
            connection.laddr
            for process in processes
            for connection in process.net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        ]
    assert listening
    assert {address.ip for address in listening} == {"127.0.0.1"}
    assert {address.port for address in listening} == {urlsplit(server.url).port}


def test_ctrl_c_stops_it_cleanly(tmp_path: Path) -> None:
    with Server(["-m", "jacviz"], tmp_path) as server:
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=20) == 0
        said = server.log.read_text()
    assert "Ctrl+C stops it" in said
    assert said.endswith("jacviz has stopped.\n")
    assert "Traceback" not in said


def test_a_port_in_use_is_named_and_nothing_starts(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = _jacviz("--no-browser", "--port", str(port))
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"jacviz: cannot listen on 127.0.0.1, port {port}: ")
    assert "--port" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--port", "70000"), "70000"),
        (("--host", "256.1.1.1"), "256.1.1.1"),
        (("--allowed-host", "https://app.example"), "https://app.example"),
        (("--allowed-host", "a*.example"), "--allowed-host"),
        (("draw",), "draw"),
    ],
)
def test_an_argument_that_makes_no_sense_is_named(arguments: tuple[str, ...], message: str) -> None:
    ended = _jacviz(*arguments)
    assert ended.returncode == 2
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


def test_help_does_not_wait_for_pytorch() -> None:
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, jacviz, jacviz.cli.main\n"
            "print([m for m in ('torch', 'torchvision', 'streamlit') if m in sys.modules])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.strip() == "[]"


def test_the_same_app_runs_under_streamlit_and_under_uvicorn(tmp_path: Path) -> None:
    from jacviz.resources import APP

    streamlit = ["-m", "streamlit", "run", str(APP)]
    uvicorn = ["-m", "uvicorn", "--app-dir", str(APP.parent), "app:app"]
    for number, (command, flag) in enumerate(
        [([*streamlit, "--server.headless", "true"], "--server.port"), (uvicorn, "--port")]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        with Server(command, folder, port_flag=flag, extra=()) as server:
            assert urllib.request.urlopen(server.url, timeout=5).status == 200
            colours = urllib.request.urlopen(f"{server.url}/jacviz/colours.json", timeout=5)
            assert colours.status == 200


def _jacviz(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jacviz", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
