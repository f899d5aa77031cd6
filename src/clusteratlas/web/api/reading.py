"""How an endpoint is made: it only reads, and refuses parameters that it does not know."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from clusteratlas.errors import UsageError, nearest


class Problem(Schema):
    """What was wrong, where, and what to do (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="What was wrong")
    where: str | None = Field(None, description="The parameter or field")
    remedy: str | None = Field(None, description="What to do")


class Problems(Problem):
    """A problem with several parameters."""

    errors: list[dict[str, Any]] = Field(default_factory=list)


def reading(router: Router, path: str, response: Any, **options: Any) -> Callable[[Callable], Callable]:
    """Register a function as an endpoint for GET; the first line of its docstring is its summary.

    Parameters that the endpoint does not know are refused with 400 and the nearest name.
    """
    answers = {200: response, 400: Problem, 404: Problem, 422: Problems}

    def register(function: Callable) -> Callable:
        @functools.wraps(function)
        def guarded(request: HttpRequest, *args: Any, **given: Any) -> Any:
            _refuse_unknown(request, known)
            return function(request, *args, **given)

        # Annotations are words here; they are understood where the function was written, not in this module.
        guarded.__signature__ = inspect.signature(function, eval_str=True)
        router.get(path, response=answers, operation_id=function.__name__, **options)(guarded)
        operation = router.path_operations[path].operations[-1]
        known = {
            name
            for model in operation.models
            if model.__ninja_param_source__ == "query"
            for name in getattr(model, "__ninja_flatten_map__", None) or model.model_fields
        }
        return function

    return register


def _refuse_unknown(request: HttpRequest, known: set[str]) -> None:
    for name in request.GET:
        if name not in known:
            remedy = nearest(name[:60], known) if known else "ask without parameters"
            raise UsageError(f"there is no parameter '{name[:60]}'", where="query", remedy=remedy)
