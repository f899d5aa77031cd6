"""Turns the product's own errors into readable pages: what was wrong, and what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from clusteratlas.errors import ClusteratlasError
from clusteratlas.web.mistakes import explained


class ReadableMistakes:
    """Answers a `ClusteratlasError` with its page (or JSON, for addresses that end so)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """The page for ``fault``; None leaves it to Django."""
        return explained(request, fault) if isinstance(fault, ClusteratlasError) else None
