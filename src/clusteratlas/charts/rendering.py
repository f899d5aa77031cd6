"""A figure as SVG, PNG or a Vega-Lite specification, made here without a browser or a network."""

from __future__ import annotations

import json
import re
import textwrap
from html import escape
from typing import TYPE_CHECKING, Any

from clusteratlas.charts.looks import LIGHT, NARROW, Look, config

if TYPE_CHECKING:
    import altair as alt

LETTERS_WIDE, LETTERS_NARROW = 76, 38
"""Letters of a title that fit a line."""


def dressed(
    chart: alt.Chart | alt.LayerChart | alt.VConcatChart,
    look: Look = LIGHT,
    *,
    title: str = "",
    notes: tuple[str, ...] = (),
    width: int | None = None,
) -> dict[str, Any]:
    """The Vega-Lite specification of ``chart`` in a look, with a title that wraps and notes under it.

    >>> import altair as alt
    >>> dressed(alt.Chart(alt.Data(values=[])).mark_point(), title="Tirol leads")["title"]["text"]
    ['Tirol leads']
    """
    spec = chart.to_dict(context={"pre_transform": False})
    spec["config"] = {**spec.get("config", {}), **config(look)}
    letters = LETTERS_NARROW if width and width <= NARROW else LETTERS_WIDE
    if title:
        lines = [line for note in notes for line in textwrap.wrap(note, round(letters * 1.3))]
        spec["title"] = {"text": textwrap.wrap(title, letters), "subtitle": lines}
    return spec


def svg(spec: dict[str, Any], title: str, description: str = "") -> str:
    """The specification drawn as one SVG document with a title and a description for those who cannot see it.

    >>> import altair as alt
    >>> chart = alt.Chart(alt.Data(values=[{"x": 1}])).mark_point().encode(x="x:Q")
    >>> "<title>One &lt; two</title>" in svg(dressed(chart), "One < two")
    True
    """
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    said = f"<title>{escape(title)}</title>" + (f"<desc>{escape(description)}</desc>" if description else "")
    # The marks of Vega say each coordinate of theirs aloud; the description says what they mean.
    drawn = re.sub(r' aria-(?:label|roledescription)="[^"]*"| role="graphics-[a-z]+"', "", drawn)
    return re.sub(r"^<svg ([^>]*)>", rf'<svg \1 role="img">{_literal(said)}', drawn, count=1)


def framed(drawn: str, width: int, height: int) -> str:
    """A drawing in a frame of a size that is known before it is drawn: at the left and the top, smaller if it must be.

    >>> framed('<svg class="x" width="90.5" height="40" viewBox="0 0 90.5 40"><g/></svg>', 100, 50)
    '<svg class="x" width="100" height="50" viewBox="0 0 100 50" preserveAspectRatio="xMinYMin"><g/></svg>'
    """

    def frame(found: re.Match[str]) -> str:
        box = f"{max(width, float(found[1])):g} {max(height, float(found[2])):g}"
        return f'width="{width}" height="{height}" viewBox="0 0 {box}" preserveAspectRatio="xMinYMin"'

    return re.sub(r'width="([0-9.]+)" height="([0-9.]+)" viewBox="[^"]*"', frame, drawn, count=1)


def _literal(text: str) -> str:
    return text.replace("\\", r"\\")


def png(spec: dict[str, Any], scale: float = 2.0) -> bytes:
    """The specification drawn as PNG, at twice the size for sharp screens and print.

    >>> import altair as alt
    >>> png(dressed(alt.Chart(alt.Data(values=[{"x": 1}])).mark_point().encode(x="x:Q")))[:4]
    b'\\x89PNG'
    """
    import vl_convert

    return vl_convert.svg_to_png(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]), scale=scale)


def as_json(spec: dict[str, Any]) -> bytes:
    """The specification for a visitor's browser, without spaces.

    >>> as_json({"mark": "bar"})
    b'{"mark":"bar"}'
    """
    return json.dumps(spec, ensure_ascii=False, separators=(",", ":")).encode()
