"""The pages for moderators: one pair of records at a time, with what speaks for and against it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from clusteratlas.atlas.profiles.identity import sides
from clusteratlas.atlas.review import Doubt, check_known, evidence, review_queue, undecided
from clusteratlas.errors import UsageError
from clusteratlas.identity.decisions import LONGEST, REVOKED, VERDICTS, Decision, in_force
from clusteratlas.settings import decisions_path
from clusteratlas.sources.decisions import add_decisions, read_decisions
from clusteratlas.web.moderation.entrance import PATH, admit, begin, for_moderators, may_enter, who

FIELDS = {
    "name": "Name",
    "short_name": "Short name",
    "city": "City",
    "postal_code": "Postal code",
    "country_code": "Country",
    "vat_number": "VAT number",
    "website_url": "Website",
    "activity_type": "Kind",
}
SHOWN_LAST = 5


@for_moderators
@csrf_protect
@require_http_methods(["GET", "HEAD"])
def queue(request: HttpRequest) -> HttpResponse:
    """The pair to decide on next; without a moderator's cookie the way in."""
    name = who(request)
    if name is None:
        return render(request, "moderation/entrance.html", {"crumbs": [("Home", "/"), ("Moderators", "")]})
    return render(request, "moderation/queue.html", _context(request, name))


def _context(request: HttpRequest, name: str) -> dict[str, Any]:
    decided = _decided()
    holding = set(in_force(decided))
    waiting = undecided(_queue(request), decided)
    skip = _number(request.GET.get("skip", "0"))
    doubt = waiting[skip] if skip < len(waiting) else None
    return {
        "crumbs": [("Home", "/"), ("Moderators", "")],
        "moderator": name,
        "waiting": len(waiting),
        "skip": skip,
        "doubt": doubt,
        "judged": evidence(request.atlas, doubt) if doubt else None,
        "rows": _rows(request, doubt) if doubt else [],
        "last": [d for d in reversed(decided) if d.author == name and d in holding][:SHOWN_LAST],
        "longest_reason": LONGEST,
    }


def _queue(request: HttpRequest) -> list[Doubt]:
    """The queue of the release, made once."""
    memory = request.lease.memory
    if "review" not in memory:
        memory["review"] = review_queue(request.atlas)
    return memory["review"]


def _decided() -> list[Decision]:
    held = read_decisions()
    return held.decisions if held else []


def _number(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= 4):
        raise UsageError(f"'{word[:40]}' is no number", where="skip", remedy="write skip=1")
    return int(word)


def _rows(request: HttpRequest, doubt: Doubt) -> list[tuple[str, Any, Any]]:
    """What both records say, side by side."""
    row = {"left_record_id": doubt.left_record_id, "right_record_id": doubt.right_record_id}
    records = sides(request.atlas, [row])
    left, right = records[doubt.left_record_id], records[doubt.right_record_id]
    shown = [(label, left[field], right[field]) for field, label in FIELDS.items()]
    return [
        *(row for row in shown if row[1] or row[2]),
        ("Projects", doubt.left_projects, doubt.right_projects),
    ]


@for_moderators
@csrf_protect
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Let a moderator in."""
    name, password = request.POST.get("name", "")[:100], request.POST.get("password", "")
    attempt = begin(name, request.META.get("REMOTE_ADDR", ""))
    if attempt is None:
        return _entrance(request, "Too many wrong passwords. Try again in ten minutes.", 429)
    if not may_enter(attempt, password):
        return _entrance(request, "Name and password do not belong together.", 403)
    return admit(HttpResponseRedirect(PATH), name, is_secure=request.is_secure())


def _entrance(request: HttpRequest, fault: str, status: int) -> HttpResponse:
    context = {"crumbs": [("Home", "/"), ("Moderators", "")], "fault": fault}
    return render(request, "moderation/entrance.html", context, status=status)


@for_moderators
@csrf_protect
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Let a moderator out."""
    response = HttpResponseRedirect(PATH)
    response.delete_cookie("moderator", path=PATH, samesite="Strict")
    return response


@for_moderators
@csrf_protect
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Write a decision, or take one back, in the moderator's name; the next build applies it."""
    name = who(request)
    if name is None:
        return _entrance(request, "Your visit has ended. Come in again.", 403)
    left, right, verdict = (request.POST.get(field, "") for field in ("left", "right", "verdict"))
    if verdict not in VERDICTS:
        raise UsageError(f"'{verdict[:40]}' is no verdict", remedy=f"choose one of {', '.join(VERDICTS)}")
    if verdict != REVOKED:
        check_known(request.atlas, left, right)
    elif not any(d.pair == tuple(sorted((left, right))) for d in in_force(_decided())):
        raise UsageError("there is no such decision in force", remedy="go back to the queue")
    # All that the form says is read before anything is written.
    skip = _number(request.POST.get("skip", "0") or "0")
    reason = " ".join(request.POST.get("reason", "").split())[:LONGEST]
    add_decisions(decisions_path(), [Decision(left, right, verdict, name, datetime.now(UTC).date(), reason)])
    return HttpResponseRedirect(PATH + (f"?skip={skip}" if skip else ""))
