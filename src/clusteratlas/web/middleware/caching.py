"""Answers carry a validator made of the release and the address, so that a repeated visit costs nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from clusteratlas import __version__
from clusteratlas.web.static import fingerprint

SECONDS = 60


class Validators:
    """ETag and Cache-Control for reading; a match is answered with 304 before any work is done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or settings.DEBUG:
            return self.get_response(request)
        tag = etag(request)
        if _is_known(request, tag):
            return _marked(HttpResponseNotModified(), tag)
        response = self.get_response(request)
        is_whole = response.status_code == 200 and "no-store" not in response.headers.get("Cache-Control", "")
        return _marked(response, tag) if is_whole else response


def etag(request: HttpRequest) -> str:
    """The validator of an answer: the same release, code and address give the same answer."""
    parts = (
        request.atlas.release.id,
        __version__,
        fingerprint(),
        request.get_full_path(),
        request.headers.get("Accept", ""),
    )
    return f'W/"{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:24]}"'


def _is_known(request: HttpRequest, tag: str) -> bool:
    known = [given.removesuffix('-gzip"') for given in parse_etags(request.headers.get("If-None-Match", ""))]
    return tag in known


def _marked(response: HttpResponse, tag: str) -> HttpResponse:
    response.headers.setdefault("ETag", tag)
    response.headers.setdefault("Cache-Control", f"public, max-age={SECONDS}")
    return response
