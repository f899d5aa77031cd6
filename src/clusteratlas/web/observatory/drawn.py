"""Figures at addresses of their own: SVG, PNG, the interactive form, and the rows behind as files."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from clusteratlas.atlas.export import FORMATS
from clusteratlas.charts import rendering
from clusteratlas.charts.looks import NARROW, WIDE, look
from clusteratlas.errors import NotFoundError, UsageError, nearest
from clusteratlas.web.data.downloads import file_name, rows_download
from clusteratlas.web.observatory import recipes
from clusteratlas.web.observatory.figures import RECIPES, Figure

WIDTHS = {"wide": WIDE, "narrow": NARROW}
MANNERS = ("look", "width", "bare", "release")
"""Parameters that change how a figure is drawn, not what it shows."""

LONGEST_VALUE = 2000
MOST_VALUES = 12
KEPT_BYTES = 24_000_000
FOR_GOOD = "public, max-age=31536000, immutable"
KINDS = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "vl.json": "application/json",
}


class Drawings:
    """The latest drawings, up to so many bytes; the one that was not asked for longest makes room."""

    def __init__(self, most_bytes: int = KEPT_BYTES) -> None:
        self.most_bytes, self.bytes = most_bytes, 0
        self._kept: OrderedDict[Any, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Any, make: Callable[[], bytes]) -> bytes:
        """The drawing of ``key``, made when it is not there."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            if key not in self._kept and len(made) <= self.most_bytes:
                self._kept[key] = made
                self.bytes += len(made)
            while self.bytes > self.most_bytes:
                self.bytes -= len(self._kept.popitem(last=False)[1])
        return made


DRAWINGS = Drawings()


def chart(request: HttpRequest, name: str, ending: str) -> HttpResponse:
    """The figure ``name`` as ``ending``; its parameters are those of the pages."""
    recipes.load()
    if name not in RECIPES:
        raise NotFoundError(f"there is no figure '{name[:60]}'", remedy=nearest(name[:60], RECIPES))
    if ending not in KINDS and ending not in FORMATS:
        raise NotFoundError(
            f"there is no figure as '{ending[:20]}'", remedy=nearest(ending[:20], [*KINDS, *FORMATS])
        )
    given = _given(request, (*RECIPES[name].parameters, *MANNERS))
    manner = {key: given.pop(key)[0] for key in MANNERS if key in given}
    if ending in FORMATS:
        return figure_rows(request, name, given, ending)
    key = (
        request.atlas.release.id,
        name,
        ending,
        tuple(sorted((k, tuple(v)) for k, v in given.items())),
        *_manner(manner),
    )
    body = DRAWINGS.get(key, lambda: _drawn(RECIPES[name].make(request.atlas, given), manner, ending))
    response = HttpResponse(body, content_type=KINDS[ending])
    response.headers["Cache-Control"] = (
        FOR_GOOD if manner.get("release") == request.atlas.release.id else "public, max-age=300"
    )
    if ending != "vl.json" and "bare" not in manner:
        filename = file_name(request, [name, *(word for words in given.values() for word in words)], ending)
        response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _given(request: HttpRequest, known: tuple[str, ...]) -> dict[str, list[str]]:
    """The parameters of the address, bounded in number and length."""
    given: dict[str, list[str]] = {}
    for key, values in request.GET.lists():
        if key not in known:
            raise UsageError(f"there is no parameter '{key[:60]}'", remedy=nearest(key[:60], known))
        words = [value.strip() for value in values if value.strip()]
        if len(words) > MOST_VALUES or any(len(word) > LONGEST_VALUE for word in words):
            raise UsageError(f"'{key}' asks for too much", remedy=f"give at most {MOST_VALUES} values")
        if words:
            given[key] = words
    return given


def _manner(manner: Mapping[str, str]) -> tuple[str, str, bool]:
    return manner.get("look", "light"), manner.get("width", "wide"), "bare" in manner


def _drawn(figure: Figure, manner: Mapping[str, str], ending: str) -> bytes:
    look_name, width_name, is_bare = _manner(manner)
    if width_name not in WIDTHS:
        raise UsageError(f"there is no width '{width_name[:20]}'", remedy=nearest(width_name[:20], WIDTHS))
    chosen, width = look(look_name), WIDTHS[width_name]
    title = "" if is_bare else figure.heading
    spec = rendering.dressed(
        figure.draw(chosen, width),
        chosen,
        title=title,
        notes=() if is_bare else figure.all_notes,
        width=width,
    )
    if ending == "svg":
        drawn = rendering.svg(spec, figure.heading, figure.said)
        return (rendering.framed(drawn, *figure.room[width_name]) if is_bare else drawn).encode()
    return rendering.png(spec) if ending == "png" else rendering.as_json(spec)


def figure_rows(request: HttpRequest, name: str, given: Mapping[str, list[str]], ending: str) -> HttpResponse:
    """The rows behind the figure ``name`` as a file; ``given`` are its parameters."""
    figure = RECIPES[name].make(request.atlas, given)
    columns = list(
        dict.fromkeys(
            [column.name for column in figure.columns] + [k for row in figure.rows[:1] for k in row]
        )
    )
    columns = [column for column in columns if column != "href"]
    words = [name, *(word for values in given.values() for word in values)]
    about = {"figure": figure.heading, "notes": list(figure.all_notes)}
    return rows_download(request, list(figure.rows), columns, ending, words, title=name, about=about)
