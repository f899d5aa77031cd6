"""What the interface says when something cannot be answered: problem details (RFC 9457)."""

from __future__ import annotations

import logging
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from clusteratlas.errors import ClusteratlasError, NotFoundError, UsageError

log = logging.getLogger(__name__)

TITLES = {
    400: "That cannot be asked",
    404: "Not in this atlas",
    405: "Only reading",
    422: "That cannot be read",
}
MEDIA_TYPE = "application/problem+json"


def problem(
    status: int, what: str, *, where: str | None = None, remedy: str | None = None, **more: Any
) -> HttpResponse:
    """An answer that says what was wrong, where, and what to do."""
    said = {
        "type": "about:blank",
        "title": TITLES.get(status, "Not available now"),
        "status": status,
        "detail": what,
        "where": where,
        "remedy": remedy,
        **more,
    }
    return JsonResponse(said, status=status, content_type=MEDIA_TYPE)


def explained(fault: ClusteratlasError) -> HttpResponse:
    """The problem of a mistake that a person can mend."""
    status = 404 if isinstance(fault, NotFoundError) else 400 if isinstance(fault, UsageError) else 503
    return problem(status, fault.what, where=fault.where, remedy=fault.remedy)


def unread(errors: list[dict[str, Any]]) -> HttpResponse:
    """The problem of parameters that have the wrong type or size; each is told."""
    told = [{"where": ".".join(map(str, e["loc"])), "what": str(e["msg"])} for e in errors]
    first = told[0] if told else {"what": "the request cannot be read", "where": None}
    remedy = "see the parameters at /api/v1/docs"
    return problem(422, first["what"], where=first["where"], remedy=remedy, errors=told)


def not_found(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """The problem of an address that leads nowhere."""
    return problem(404, f"nothing is at {request.path[:200]}", remedy="see what there is at /api/v1/docs")


def install(api: NinjaAPI) -> None:
    """Let ``api`` answer every mistake as a problem."""
    api.exception_handler(ClusteratlasError)(lambda request, fault: explained(fault))
    api.exception_handler(ValidationError)(lambda request, fault: unread(fault.errors))
    api.exception_handler(Http404)(not_found)
    api.exception_handler(HttpError)(lambda request, fault: problem(fault.status_code, str(fault)))
    api.exception_handler(Exception)(_failed)


def _failed(request: HttpRequest, fault: Exception) -> HttpResponse:
    log.error("fault while answering %s", request.get_full_path(), exc_info=fault)
    return problem(500, "the fault is ours and has been written to the log", remedy="tell us when it stays")
