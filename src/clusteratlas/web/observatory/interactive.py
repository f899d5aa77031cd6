"""What makes figures interactive in the browser: Vega's own libraries, as the drawing library holds them."""

from __future__ import annotations

import threading
from functools import cache

from django.http import HttpRequest, HttpResponse

FOR_A_DAY = "public, max-age=86400"

_lock = threading.Lock()


def bundle(request: HttpRequest) -> HttpResponse:
    """Vega-Embed with Vega and Vega-Lite as one script."""
    with _lock:
        body = _bundle()
    return HttpResponse(
        body, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": FOR_A_DAY}
    )


@cache
def _bundle() -> bytes:
    """Put together once per process: it takes seconds."""
    import vl_convert

    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;").encode()
