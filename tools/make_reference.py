"""Writes docs/reference from the code: commands, tables, settings, API, sources, filters, errors.

Run: python tools/make_reference.py   (a test fails when the committed reference is not what this writes)
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
NOTE = "<!-- Written by tools/make_reference.py from the code: change it there. -->"


def pages() -> dict[str, str]:
    """Every page of the reference: its file's name and its text."""
    makers: dict[str, Callable[[], Iterable[str]]] = {
        "commands": commands,
        "tables": tables,
        "settings": settings,
        "api": api,
        "sources": sources,
        "filters": filters,
        "errors": errors,
    }
    written = {f"{name}.md": "\n".join([NOTE, "", *make()]).rstrip() + "\n" for name, make in makers.items()}
    return {"README.md": "\n".join([NOTE, "", *_index(written)]).rstrip() + "\n", **written}


def _index(written: dict[str, str]) -> Iterator[str]:
    yield "# Reference"
    yield ""
    yield "Made from the code by `make docs`; a test fails when it is not what the code says."
    yield ""
    for name, text in written.items():
        title, lead = text.split("\n")[2].removeprefix("# "), text.split("\n")[4]
        yield f"- [{title}]({name}): {lead}"


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """A Markdown table; nothing when there is no row."""
    head, rows = list(head), [list(row) for row in rows]
    if rows:
        yield "| " + " | ".join(head) + " |"
        yield "|" + "---|" * len(head)
        for row in rows:
            yield "| " + " | ".join(cell(value) for value in row) + " |"
        yield ""


def cell(value: Any) -> str:
    """A text that stays inside its cell.

    >>> cell("a|b"), cell(None)
    ('a\\\\|b', '')
    """
    text = "" if value is None else " ".join(str(value).split())
    return text.replace("|", "\\|").replace("<", "&lt;")


def code(value: Any) -> str:
    """A word as code; nothing for nothing."""
    return f"`{value}`" if value not in (None, "") else ""


def commands() -> Iterator[str]:
    """The command line, from the Typer app."""
    import typer

    from clusteratlas.cli import app

    yield "# Commands"
    yield ""
    yield "What `clusteratlas` can do, with every option and exit code."
    yield ""
    yield from _commands(typer.main.get_command(app), "clusteratlas")
    yield "Exit codes are explained under [errors](errors.md)."


def _commands(command: Any, name: str) -> Iterator[str]:
    for own, below in getattr(command, "commands", {}).items():
        if not hasattr(below, "commands") or below.invoke_without_command:
            yield from _command(below, f"{name} {own}")
        if hasattr(below, "commands"):
            yield from _commands(below, f"{name} {own}")


def _command(command: Any, name: str) -> Iterator[str]:
    yield f"## `{name}`"
    yield ""
    yield " ".join((command.help or "").split())
    yield ""
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    yield "```"
    yield " ".join([name, *(["[OPTIONS]"] if options else []), *(_shown(a) for a in arguments)])
    yield "```"
    yield ""
    yield from table(("Argument", "Meaning"), ((code(_shown(a)), getattr(a, "help", "")) for a in arguments))
    yield from table(("Option", "Meaning", "Default"), (_option(o) for o in options))


def _shown(argument: Any) -> str:
    word = (argument.metavar or argument.name).strip("[]").upper()
    return word if argument.required else f"[{word}]"


def _option(option: Any) -> tuple[str, str, str]:
    names, is_flag = ", ".join(option.opts), getattr(option, "is_flag", False)
    kind = option.type_descriptor.annotation
    if not is_flag:
        choices = [one.value for one in kind] if isinstance(kind, type) and issubclass(kind, Enum) else []
        names = f"{names} {option.metavar or '|'.join(choices) or option.name.strip('_').upper()}"
    is_plain = is_flag or option.default in (None, ()) or callable(option.default)
    shown = "required" if option.required else "" if is_plain else code(_word(option.default))
    return code(names), option.help or "", shown


def _word(value: Any) -> str:
    return str(getattr(value, "value", value))


def tables() -> Iterator[str]:
    """The canonical tables, from their descriptions."""
    from clusteratlas.pipeline.schema import DUCKDB_TYPES
    from clusteratlas.pipeline.schema import tables as canonical

    yield "# Tables"
    yield ""
    yield "Every table of a release, with its fields, types, units and meanings."
    yield ""
    yield from table(
        ("Table", "One row is"), ((f"[{one.name}](#{one.name})", one.row) for one in canonical().values())
    )
    for one in canonical().values():
        yield f"## {one.name}"
        yield ""
        yield f"{one.title}: one row is {one.row}. Key: {', '.join(code(name) for name in one.key)}."
        yield ""
        yield from table(
            ("Field", "Type", "Meaning"), ((code(f.name), _type(f), _meaning(f)) for f in one.fields)
        )
    yield "Types are stored as " + ", ".join(f"{k}: {v}" for k, v in DUCKDB_TYPES.items()) + "."


def _type(field: Any) -> str:
    return field.type if field.type == "money" or not field.unit else f"{field.type}, {field.unit}"


def _meaning(field: Any) -> str:
    parts = [field.meaning + (f" ({field.unit})" if field.type == "money" else "")]
    if field.values:
        parts.append(f"one of {', '.join(code(v) for v in field.values)}")
    if field.example is not None:
        parts.append(f"for example {code(field.example)}")
    if field.reference:
        parts.append(f"see [{field.reference}](#{field.reference})")
    return "; ".join(parts)


def settings() -> Iterator[str]:
    """The settings, from `clusteratlas.settings`."""
    from clusteratlas.settings import SETTINGS

    yield "# Settings"
    yield ""
    yield "What can be set from outside, by environment variables."
    yield ""
    yield from table(
        ("Variable", "Meaning", "When it is not set"),
        ((code(s.variable), s.meaning, s.default) for s in SETTINGS),
    )


def api() -> Iterator[str]:
    """The programming interface, from its OpenAPI description."""
    _set_up_django()
    from clusteratlas.web.api.reference import endpoints, shapes

    yield "# Programming interface"
    yield ""
    yield "Every endpoint of `/api/v1/` with its parameters, and what answers look like."
    yield ""
    yield "A running site describes it for programs at `/api/v1/openapi.json`, for people at `/api/v1/docs`."
    yield "What cannot be answered comes as problem details (RFC 9457): 404, 400 or 422 with `detail`, `where`"
    yield "and `remedy`."
    yield ""
    tag = ""
    for one in endpoints():
        if one.tag != tag:
            tag = one.tag
            yield f"## {tag}"
            yield ""
        yield f"### `GET {one.path}`"
        yield ""
        yield f"{cell(one.summary)} Gives {cell(one.answer)}."
        yield ""
        yield from table(
            ("Parameter", "Type", "Meaning", "Without it"),
            (
                (code(p.name), p.type, p.meaning, "required" if p.is_required else p.default)
                for p in one.parameters
            ),
        )
    yield "## Answers"
    yield ""
    for shape in shapes():
        yield f"### {shape.name}"
        yield ""
        yield cell(shape.meaning)
        yield ""
        yield from table(
            ("Property", "Type", "Meaning"), ((code(p.name), p.type, p.meaning) for p in shape.properties)
        )


def _set_up_django() -> None:
    import django
    from django.conf import settings as configured

    if not configured.configured:
        # The reference needs no site, and so no key that is kept.
        os.environ.setdefault("CLUSTERATLAS_SECRET_KEY", "no key at all, " * 5)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clusteratlas.web.settings")
        django.setup()


def sources() -> Iterator[str]:
    """The sources, from their `source.yml`."""
    from clusteratlas.sources.catalogue import sources as known

    yield "# Sources"
    yield ""
    yield "The publishers that can be read, their terms, and what can be fetched from each."
    yield ""
    for one in known().values():
        yield f"## {one.name}"
        yield ""
        yield f"**{one.title}.** {one.description}"
        yield ""
        yield f"- Publisher: [{one.publisher}]({one.homepage})"
        yield f"- Licence: [{one.licence.name}]({one.licence.url})"
        yield f"- Credit: {one.licence.attribution}"
        yield f"- Cadence: {one.cadence}"
        yield ""
        yield from table(
            ("To fetch", "What", "File"), ((code(d.name), d.description, code(d.file)) for d in one.downloads)
        )
        expected = one.assertions.items()
        yield from table(
            ("Expected rows of", "At least", "At most"),
            ((code(n), b.get("min"), b.get("max")) for n, b in expected),
        )


def filters() -> Iterator[str]:
    """The filters of the search, from its facets."""
    from clusteratlas.atlas.search import FACETS, organisations
    from clusteratlas.atlas.search.searcher import SORTS

    yield "# Filters and orders"
    yield ""
    yield "The filters of the search: the same on the site, the command line, in Python and in the API."
    yield ""
    yield "A *closed* filter has the values that the release holds; an *open* one takes any id or code; in a"
    yield "*tree* a value stands for all below it; a *number* is an amount such as `500000`, `500k` or `2.5m`."
    yield "Several values of one filter are alternatives; several filters hold together."
    yield ""
    yield from table(
        ("Filter", "Meaning", "Kind", "Example"),
        ((code(f.name), f.meaning, f.kind, code(f"{f.name}={f.example}")) for f in FACETS),
    )
    for one in (f for f in FACETS if f.values):
        yield f"## {one.name}"
        yield ""
        yield from table(("Value", "Meaning"), ((code(value), label) for value, label in one.values))
    yield "## Orders"
    yield ""
    yield from table(("`sort`", "Meaning"), ((code(name), label) for name, label in SORTS.items()))
    yield "## Organisations behind a result"
    yield ""
    yield "Filters on the organisations that take part in the found projects: in the view `organisations` of the site,"
    yield "at `/api/v1/search/organisations`, and after `--organisations`. They leave the projects as they are."
    yield ""
    yield from table(
        ("Filter", "Meaning"), ((code(name), meaning) for name, meaning in organisations.FILTERS.items())
    )
    yield from table(
        ("`participant_sort` (API, command line: `sort`)", "Meaning"),
        ((code(name), label) for name, label in organisations.SORTS.items()),
    )


def errors() -> Iterator[str]:
    """The errors and their exit codes, from the classes."""
    from clusteratlas import errors as ours
    from clusteratlas.pipeline import accounts  # noqa: F401 - defines an error of its own

    yield "# Errors"
    yield ""
    yield "What went wrong, by exit code of the command line; each error says what, where and what to do."
    yield ""
    found = sorted([ours.ClusteratlasError, *_below(ours.ClusteratlasError)], key=lambda e: e.exit_code)
    rows = [
        (0, "", "Done."),
        *((e.exit_code, code(e.__name__), (e.__doc__ or "").split("\n")[0]) for e in found),
    ]
    yield from table(
        ("Exit code", "In Python", "Meaning"), [*rows, (130, "", "Interrupted; what was finished is kept.")]
    )
    yield "Options that the command line does not know end with 2 as well. `clusteratlas check` ends with 4 when"
    yield "a check fails that must hold. On the site and in the API, `NotFoundError` is answered with 404,"
    yield "`UsageError` and `InputError` with 400, a value of the wrong kind with 422, everything else with 503."


def _below(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def main() -> None:
    """Write the reference."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, "utf-8")
        print(REFERENCE / name, file=sys.stderr)


if __name__ == "__main__":
    main()
