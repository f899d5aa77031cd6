"""Lets pages of any origin read the programming interface: it gives open data, and nobody is logged in."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PREFIX = "/api/"
METHODS = "GET, HEAD, OPTIONS"
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Cache-Control",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
ASKED_FIRST = {
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Accept, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class OpenToAll:
    """Adds the headers that browsers ask for; refuses every method but reading."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        response = self._answer(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={**ASKED_FIRST, "Allow": METHODS})
        if request.method == "HEAD":
            # Endpoints are made for GET; the server leaves the body out.
            request.method = "GET"
            response = self.get_response(request)
            request.method = "HEAD"
            return response
        if request.method != "GET":
            from clusteratlas.web.api.problems import problem

            refused = problem(405, f"{request.method} is not understood", remedy="ask with GET")
            refused.headers["Allow"] = METHODS
            return refused
        return self.get_response(request)
