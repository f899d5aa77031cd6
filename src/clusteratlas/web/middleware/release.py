"""Gives each request the open release, as `request.atlas`, and gives it back when the answer is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

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
            response.streaming_content = _Streamed(response.streaming_content, lease)
        else:
            holder().give_back(lease)
        return response


class _Streamed:
    """The parts of an answer; its release is given back when they are sent, or when nobody wants them.

    Django closes what it was given even when it has sent nothing of it, as when only the head was asked for.
    """

    def __init__(self, parts: Iterable[bytes], lease: Lease) -> None:
        self._parts, self._lease = parts, lease

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._parts
        finally:
            self.close()

    def close(self) -> None:
        """Give the release back, once."""
        lease, self._lease = self._lease, None
        if lease is not None:
            holder().give_back(lease)
