"""Error pages: one template, and the same facts as JSON where JSON was asked for."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from clusteratlas.errors import ClusteratlasError, InputError, NotFoundError, UsageError

logger = logging.getLogger("clusteratlas.web")

STATUS = ((NotFoundError, 404), (UsageError, 400), (InputError, 400))


def explained(request: HttpRequest, fault: ClusteratlasError) -> HttpResponse:
    """The answer to a mistake a person can mend: 404 for what is not there, 400 for what cannot be asked."""
    status = next((code for kind, code in STATUS if isinstance(fault, kind)), 503)
    if status == 503:
        logger.error("%s: %s", request.path, fault)
    heading = {404: "Not in this atlas", 400: "That cannot be asked"}.get(status, "Not available now")
    return answer(request, status, heading, fault.what, fault.remedy)


def answer(
    request: HttpRequest, status: int, heading: str, what: str, remedy: str | None = None
) -> HttpResponse:
    """An error page, or its JSON twin for addresses that end in `.json` or begin with `/api/`."""
    if request.path.startswith("/api/") or request.path.endswith(".json"):
        return JsonResponse({"error": what, "remedy": remedy}, status=status)
    context = {"heading": heading, "what": what, "remedy": remedy, "status": status}
    request_context = request if hasattr(request, "atlas") else None
    return HttpResponse(render_to_string("error.html", context, request_context), status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that leads nowhere."""
    return answer(
        request,
        404,
        "No such page",
        f"Nothing is at {request.path[:200]}.",
        "Search for it, or start at the home page.",
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for a request that cannot be understood."""
    return answer(
        request, 400, "That cannot be asked", "The request could not be understood.", "Go back and try again."
    )


def unexpected(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form that was not sent from this site, or sent without its cookie."""
    return answer(
        request,
        403,
        "That form was not expected",
        "It did not come from a page of this site, or came without the site's cookie.",
        "Open the page anew, allow its cookie, and send the form from there.",
    )


def failed(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours."""
    return answer(
        request,
        500,
        "Something broke here",
        "The fault is ours and has been written to the log.",
        "Try again; tell us when it stays.",
    )
