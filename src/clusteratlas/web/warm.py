"""Makes a new process quick from its first visitor on: release open, search loaded, templates compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from wsgiref.util import setup_testing_defaults

FIRST_PAGES = (("/", ""), ("/projects/", "cluster=yes"), ("/projects/", "q=cluster"))


def warm_up(application: Callable[..., Any]) -> None:
    """Ask for the first pages once; what they answer does not matter here."""
    for path, query in FIRST_PAGES:
        environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "localhost"}
        setup_testing_defaults(environ)
        answer = application(environ, lambda *_: None)
        b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
