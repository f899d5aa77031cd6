"""What can be set from outside: one table of environment variables, and where files are kept."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clusteratlas.errors import UsageError

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network


@dataclass(frozen=True)
class Setting:
    """An environment variable: its name, what holds when it is not set, and what it means."""

    variable: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "CLUSTERATLAS_HOME",
        "the user's data folder (on Linux ~/.local/share/clusteratlas)",
        "The folder that holds downloads, releases and the site's secret key.",
    ),
    Setting(
        "CLUSTERATLAS_RELEASE",
        "the current release",
        "The folder of the release that the site shows; `clusteratlas serve --release` sets it.",
    ),
    Setting(
        "CLUSTERATLAS_DUCKDB_THREADS",
        "all cores; 1 under `clusteratlas serve`, which answers several small questions at once",
        "How many threads one statement on an open release may use.",
    ),
    Setting(
        "CLUSTERATLAS_HOSTS",
        "localhost,127.0.0.1,[::1]",
        "Names under which the site may be visited, with commas between them.",
    ),
    Setting(
        "CLUSTERATLAS_TRUSTED_PROXIES",
        "nobody: such headers are not read",
        "Addresses or networks of the proxies in front of the site, with commas between them (127.0.0.1, 10.0.0.0/8). "
        "Only from them `X-Forwarded-Proto` and `X-Forwarded-For` are believed.",
    ),
    Setting(
        "CLUSTERATLAS_SECRET_KEY",
        "made at the first start and kept in the file secret-key of CLUSTERATLAS_HOME",
        "The key by which the site signs what it hands out; the same for all processes of one site.",
    ),
    Setting(
        "CLUSTERATLAS_DECISIONS",
        "the file decisions.csv of CLUSTERATLAS_HOME",
        "The file of people's decisions on which records are one organisation; builds apply it, where there is one.",
    ),
    Setting(
        "CLUSTERATLAS_MODERATORS",
        "nobody: there is no page for moderators",
        "Who may decide on the site which records are one, as name:hash with blanks between; "
        "`clusteratlas identity password NAME` makes one.",
    ),
    Setting(
        "CLUSTERATLAS_REPORTS_TO",
        "off: profiles show the command that decides",
        "Where a visitor's word goes that two records are not the same: an e-mail address.",
    ),
    Setting(
        "CLUSTERATLAS_DEBUG",
        "off",
        "1 shows faults of the site in full, for developers on their own machine.",
    ),
)


def home() -> Path:
    """The folder that holds downloads and releases; it need not exist yet.

    >>> home().is_absolute()
    True
    """
    if chosen := os.environ.get("CLUSTERATLAS_HOME", "").strip():
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_data_dir

    return Path(user_data_dir("clusteratlas", appauthor=False))


def decisions_path() -> Path:
    """The file of people's decisions on organisations; it need not exist yet.

    >>> decisions_path().is_absolute()
    True
    """
    chosen = os.environ.get("CLUSTERATLAS_DECISIONS", "").strip()
    return Path(chosen).expanduser().absolute() if chosen else home() / "decisions.csv"


def reports_to() -> str:
    """The e-mail address for what visitors report of organisations; empty when there is none."""
    return os.environ.get("CLUSTERATLAS_REPORTS_TO", "").strip()


def trusted_proxies() -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks whose proxies are believed about who asks; raises `UsageError` for what is no address.

    >>> trusted_proxies()
    ()
    """
    from ipaddress import ip_network

    chosen = os.environ.get("CLUSTERATLAS_TRUSTED_PROXIES", "").split(",")
    words = [word.strip() for word in chosen if word.strip()]
    try:
        return tuple(ip_network(word) for word in words)
    except ValueError as fault:
        raise UsageError(
            str(fault),
            where="CLUSTERATLAS_TRUSTED_PROXIES",
            remedy="write addresses or networks: 127.0.0.1,10.0.0.0/8",
        ) from None


def duckdb_threads() -> int | None:
    """The threads that one statement may use; None for all cores.

    >>> duckdb_threads() is None or duckdb_threads() > 0
    True
    """
    chosen = os.environ.get("CLUSTERATLAS_DUCKDB_THREADS", "").strip()
    return max(1, int(chosen)) if chosen.isdecimal() else None
