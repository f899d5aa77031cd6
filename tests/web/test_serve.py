"""`clusteratlas serve`: starts, says where, answers, ends; and says what is wrong when it cannot."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.support.serving import answers, free_port

COMMAND = Path(sys.executable).parent / "clusteratlas"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "CLUSTERATLAS_HOME": str(tmp_path / "home"), "CLUSTERATLAS_RELEASE": ""}


def test_serves_until_interrupted_and_ends_cleanly(tiny_root: Path, environment: dict[str, str]) -> None:
    port = free_port()
    command = [COMMAND, "serve", "--release", str(tiny_root), "--port", str(port)]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == f"Clusteratlas is at http://localhost:{port}/\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/projects/?q=photnics", timeout=60) as answer:
            assert answer.status == 200
            assert b"photonics" in answer.read()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()
    assert "Traceback" not in errors
    assert process.returncode == 0
    with pytest.raises(OSError, match=r"(?i)refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)


BUSY = """
from clusteratlas.cli.serve import _run

def announce():
    import django.core.wsgi  # the worker needs what this thread is just loading

if __name__ == "__main__":
    _run("127.0.0.1", {port}, announce)
"""


def test_the_site_answers_whatever_the_process_that_starts_it_is_doing(
    tiny_root: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    """A worker that inherits a lock which nobody will release would stay silent for ever."""
    port = free_port()
    script = tmp_path / "start.py"
    script.write_text(BUSY.format(port=port), "utf-8")
    process = subprocess.Popen(
        [sys.executable, script], env={**environment, "CLUSTERATLAS_RELEASE": str(tiny_root)}
    )
    try:
        assert answers(f"http://127.0.0.1:{port}/healthz", process, patience=120)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


@pytest.mark.parametrize("seconds", [1, 3, 7])
def test_ctrl_c_in_the_first_seconds_ends_it_without_a_word(
    tiny_root: Path, environment: dict[str, str], seconds: float
) -> None:
    """As in a terminal, where all processes of the command are interrupted at once."""
    command = [COMMAND, "serve", "--release", str(tiny_root), "--port", str(free_port())]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert b"Traceback" not in errors
    assert b"WARNING" not in errors


def test_a_port_that_is_taken_is_named_with_another_to_try(
    tiny_root: Path, environment: dict[str, str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [COMMAND, "serve", "--release", str(tiny_root), "--port", str(port)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert f"port {port}" in done.stderr
    assert f"--port {port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_release_is_said_with_the_way_to_build_one(tmp_path: Path, environment: dict[str, str]) -> None:
    command = [COMMAND, "serve", "--release", str(tmp_path / "none"), "--port", str(free_port())]
    started = time.monotonic()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 4
    assert "clusteratlas build" in done.stderr
    assert time.monotonic() - started < 30


def test_listening_for_all_without_names_says_what_to_set(
    capsys: pytest.CaptureFixture[str], monkeypatch
) -> None:
    from clusteratlas.cli.serve import _announce

    with socket.socket() as listening:
        listening.bind(("0.0.0.0", 0))
        listening.listen()
        port = listening.getsockname()[1]
        for host, names, is_said in (
            ("0.0.0.0", "", True),
            ("0.0.0.0", "atlas.eu", False),
            ("127.0.0.1", "", False),
        ):
            monkeypatch.setenv("CLUSTERATLAS_HOSTS", names)
            _announce(host, port, "one")
            assert ("CLUSTERATLAS_HOSTS" in capsys.readouterr().out) == is_said
