"""Gives each request the open release, as `request.atlas`, and gives it back when the answer is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse

from clusteratlas.errors import ClusteratlasError
from clusteratlas.web.atlas import Lease, holder
from clusteratlas.web.mistakes import explained


class OpenRelease:
    """Sets ``request.atlas`` and ``request.lease``. A streamed answer keeps its release until its end."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            lease = holder().borrow()
        except ClusteratlasError as fault:
            return explained(request, fault)
        request.lease, request.atlas = lease, lease.atlas
        try:
            response = self.get_response(request)
        except BaseException:
            holder().give_back(lease)
            raise
        if response.streaming:
            response.streaming_content = _until_sent(response.streaming_content, lease)
        else:
            holder().give_back(lease)
        return response


def _until_sent(parts: Iterable[bytes], lease: Lease) -> Iterator[bytes]:
    with _given_back(lease):
        yield from parts


@contextmanager
def _given_back(lease: Lease) -> Iterator[None]:
    try:
        yield
    finally:
        holder().give_back(lease)
