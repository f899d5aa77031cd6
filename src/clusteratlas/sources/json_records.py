"""Records of a JSON file one by one, however long it is: a list, one record on each line, or a single record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from clusteratlas.sources.archives import Input, Member
from clusteratlas.sources.job import Job

ENDINGS = (".json", ".jsonl", ".gz")
CHUNK = 1024**2
RECORD_LIMIT = 64 * 1024**2


@dataclass(frozen=True)
class Record:
    """A record and its place in the file, from 1; ``fault`` says why ``text`` is none."""

    place: int
    value: Any = None
    fault: str = ""
    text: str = ""


def json_members(job: Job, given: Input) -> list[Member]:
    """The files of the input that hold JSON, packed with gzip or not; others are left aside with a note."""
    found = []
    for member in given.members():
        if given.is_single or member.suffix in ENDINGS:
            found.append(member)
        else:
            job.warn("unknown file", given.label(member), "left aside: no JSON")
    return found


def records(path: Path) -> Iterator[Record]:
    """The records of a file. A malformed line costs itself; what is malformed within a list costs the rest of it."""
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        start = stream.read(CHUNK)
        first = start.lstrip()[:1]
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        if first == "[":
            yield from _of_list(stream)
        elif _is_of_lines(start):
            yield from _of_lines(stream)
        else:
            yield _parsed(stream.read(), 1)


def _is_of_lines(start: str) -> bool:
    """Whether the first line is a record by itself, with more below."""
    line, _, rest = start.lstrip().partition("\n")
    return bool(rest.strip()) and not _parsed(line, 1).fault


def _of_lines(stream: TextIO) -> Iterator[Record]:
    return (_parsed(line, place) for place, line in enumerate(stream, start=1) if line.strip())


def _parsed(text: str, place: int) -> Record:
    try:
        return Record(place, json.loads(text))
    except (ValueError, RecursionError) as fault:
        return Record(place, fault=f"not JSON ({fault})", text=text)


def _of_list(stream: TextIO) -> Iterator[Record]:
    """Decode one element after the other from a buffer that is filled as needed."""
    decoder, place = json.JSONDecoder(), 0
    buffer = stream.read(CHUNK).lstrip()[1:]
    while True:
        buffer = buffer.lstrip(" \t\r\n,")
        if not buffer and (more := stream.read(CHUNK)):
            buffer = more
            continue
        if not buffer or buffer[0] == "]":
            if not buffer:
                yield Record(place + 1, fault="the list is cut off")
            return
        try:
            value, end = decoder.raw_decode(buffer)
            if end == len(buffer) and (more := stream.read(CHUNK)):
                buffer += more  # a number may go on
                continue
        except (ValueError, RecursionError) as fault:
            if len(buffer) < RECORD_LIMIT and (more := stream.read(max(CHUNK, len(buffer)))):
                buffer += more
                continue
            yield Record(place + 1, fault=f"not JSON from here on ({fault})", text=buffer)
            return
        place += 1
        buffer = buffer[end:]
        yield Record(place, value)
