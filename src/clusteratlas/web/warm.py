"""Makes a new process quick from its first visitor on: release open, search loaded, templates compiled."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings

from clusteratlas.web.atlas import holder
from clusteratlas.web.networks.remembered import begin

FIRST_PAGES = (("/", ""), ("/projects/", "cluster=yes"), ("/projects/", "q=cluster"))


def warm_up(application: Callable[..., Any]) -> None:
    """Ask for the first pages once; what they answer does not matter here."""
    for path, query in (*FIRST_PAGES, *_a_profile(), *_a_region(), *_a_chain()):
        environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": _host()}
        setup_testing_defaults(environ)
        answer = application(environ, lambda *_: None)
        b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
    _settle()
    _begin_network()


def _settle() -> None:
    """Take what is loaded out of Python's search for what can be forgotten, and forget a release that is retired.

    Going through everything that a release needs would now and then hold up a visitor for as long as several pages
    take. At the end it is let go, or DuckDB would call it a leak.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    atexit.unregister(gc.unfreeze)
    atexit.register(gc.unfreeze)


def _a_profile() -> Iterator[tuple[str, str]]:
    """The page of some project: it loads what the profiles of all of them share."""
    lease = holder().borrow()
    try:
        for row in lease.atlas.rows("SELECT project_id FROM project LIMIT 1"):
            yield f"/projects/{row['project_id']}/", ""
    finally:
        holder().give_back(lease)


def _a_region() -> Iterator[tuple[str, str]]:
    """The page of some region with statistics: it loads what they are computed with."""
    lease = holder().borrow()
    try:
        if "cluster_strength" in lease.atlas.tables:
            for row in lease.atlas.rows("SELECT region_code FROM cluster_strength LIMIT 1"):
                yield f"/regions/{row['region_code']}/", ""
    finally:
        holder().give_back(lease)


def _a_chain() -> Iterator[tuple[str, str]]:
    """Value chains, where there are any: the first factorises the table for all of them."""
    lease = holder().borrow()
    try:
        chains = lease.atlas.chains
        if not chains.is_empty:
            yield "/value-chains/", ""
            yield f"/value-chains/{chains.table.industries[0]}/", ""
    finally:
        holder().give_back(lease)


def _begin_network() -> None:
    """The network of all projects, which takes seconds of a large release, beside what is asked meanwhile."""
    lease = holder().borrow()
    try:
        begin(lease)
    finally:
        holder().give_back(lease)


def _host() -> str:
    """A name under which the site may be visited: under any other it refuses to answer, and stays cold.

    A leading dot stands for all names below one, a star for any.
    """
    first = settings.ALLOWED_HOSTS[0].lstrip(".")
    return "localhost" if first == "*" else first
