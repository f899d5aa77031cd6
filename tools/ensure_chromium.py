"""See to it that a Chromium is there for the browser tests: the system's own, or through its package manager."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY = "install Chromium with your package manager (Debian: apt-get install chromium) or set CHROMIUM=/path/to/it"


def main() -> int:
    """Find a browser or install one; 0 when it is there, 1 with a clear line when it cannot be had."""
    if find():
        return 0
    if shutil.which("apt-get") is None:
        return refuse("no Chromium was found, and there is no apt-get to install it with")
    if os.geteuid() != 0:
        return refuse("no Chromium was found, and installing it needs root")
    print("Installing Chromium for the browser tests ...", flush=True)
    quietly = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        if subprocess.run(command, check=False, **quietly).returncode != 0:
            return refuse(f"'{' '.join(command)}' failed")
    return 0 if find() else refuse("Chromium was installed but cannot be found")


def find() -> str | None:
    """The path of a Chromium, or None."""
    if chosen := os.environ.get("CHROMIUM"):
        return chosen if shutil.which(chosen) else None
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def refuse(what: str) -> int:
    """Say why there is no browser and what to do."""
    print(f"make test: {what}; {REMEDY}.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
