"""A port for a server of a test, and whether the server answers."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.request


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def answers(address: str, server: subprocess.Popen, patience: float) -> bool:
    """Whether the address answers within ``patience`` seconds, while its server runs."""
    end = time.monotonic() + patience
    while server.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=30) as response:
                return response.status == 200
        except OSError:
            time.sleep(0.2)
    return False
