"""Believes the proxy in front, and nobody else, about who asks and whether the way there is encrypted."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.http import HttpRequest, HttpResponse

from clusteratlas.settings import trusted_proxies


class TrustedProxy:
    """Reads ``X-Forwarded-Proto`` and ``X-Forwarded-For`` of requests that come from a trusted proxy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.trusted = trusted_proxies()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._is_trusted(request.META.get("REMOTE_ADDR", "")):
            _name_the_scheme(request)
            self._name_the_visitor(request)
        return self.get_response(request)

    def _name_the_visitor(self, request: HttpRequest) -> None:
        """The nearest address that is no proxy of ours: what is written before it anybody may have written."""
        for hop in reversed(_hops(request, "X-Forwarded-For")):
            if (address := _address(hop)) is None:
                return
            request.META["REMOTE_ADDR"] = str(address)
            if not self._is_trusted(hop):
                return

    def _is_trusted(self, word: str) -> bool:
        address = _address(word)
        return address is not None and any(address in network for network in self.trusted)


def _name_the_scheme(request: HttpRequest) -> None:
    for scheme in _hops(request, "X-Forwarded-Proto")[-1:]:
        if scheme in ("http", "https"):
            request.environ["wsgi.url_scheme"] = scheme


def _hops(request: HttpRequest, header: str) -> list[str]:
    return [word.strip() for word in request.headers.get(header, "").split(",") if word.strip()]


def _address(word: str) -> IPv4Address | IPv6Address | None:
    """An address without its port; an IPv4 address in the clothes of IPv6 is itself.

    >>> str(_address("[::ffff:192.0.2.7]:4711")), _address("unknown")
    ('192.0.2.7', None)
    """
    if word.startswith("["):
        word = word[1:].partition("]")[0]
    elif word.count(":") == 1:
        word = word.partition(":")[0]
    try:
        address = ip_address(word)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
