"""Publishers' files in, a release out: read, stage, assemble, judge, index, check, publish."""

from __future__ import annotations

import errno
import importlib
import json
import shutil
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import duckdb

import clusteratlas
from clusteratlas.atlas import releases
from clusteratlas.atlas.search import build_index, read_projects
from clusteratlas.database import connect
from clusteratlas.errors import ClusteratlasError, InputError, UsageError, nearest
from clusteratlas.pipeline import accounts as accounting
from clusteratlas.pipeline import assemble, quality, staging
from clusteratlas.pipeline.identity import Before, resolve_organisations
from clusteratlas.pipeline.judge import judge_projects
from clusteratlas.pipeline.reporter import Reporter
from clusteratlas.pipeline.schema import tables
from clusteratlas.pipeline.strengths import write_strengths
from clusteratlas.pipeline.trends import find_trends, write_trends
from clusteratlas.sources.catalogue import sources
from clusteratlas.sources.decisions import DecisionsFile
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.sql import install_macros
from clusteratlas.taxonomies import OwnSet

MEMORY_LIMIT = "900MB"
ROW_GROUP_SIZE = 30_720
"""Rows that are written and read as one piece of work: a quarter of DuckDB's own size, so that two processors share a
table of a hundred thousand rows, and most of it is written out while the rest is made."""
LOADED_LATE = ("polars", "scipy.special", "tantivy", "rapidfuzz", "narwhals")
FULL_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FULL_DISK_SIGNS = ("No space left on device", "File too large", "Disk quota exceeded")
FREE_SPACE = "free some disk space and build again"


@dataclass(frozen=True)
class Given:
    """A source and where its files are; None for a source that brings its own."""

    source: str
    path: Path | None


@dataclass(frozen=True)
class _Asked:
    """What a build is made of."""

    given: list[Given]
    own_sets: list[OwnSet]
    decisions: DecisionsFile | None
    before: releases.Release | None


@dataclass(frozen=True)
class Built:
    """A finished build: the release, the accounts of its files, and the seconds each step took."""

    release: releases.Release
    accounts: list[FileAccount]
    seconds: dict[str, float]


def parse_given(texts: Iterable[str]) -> list[Given]:
    """`NAME=PATH` or `NAME`, as the command line gives them.

    Raises `UsageError` for a source that does not exist.

    >>> parse_given(["cordis=horizon.zip", "curated"])
    [Given(source='cordis', path=PosixPath('horizon.zip')), Given(source='curated', path=None)]
    """
    given = []
    for text in texts:
        name, _, path = text.partition("=")
        if name not in sources():
            raise UsageError(f"there is no source '{name}'", remedy=nearest(name, sources()))
        given.append(Given(name, Path(path).expanduser() if path else None))
    if not given:
        raise UsageError("no source given", remedy="say which: --source cordis=PATH")
    _refuse_repeated(given)
    return given


def _refuse_repeated(given: list[Given]) -> None:
    seen: set[tuple[str, Path | None]] = set()
    for one in given:
        place = (one.source, one.path and one.path.resolve())
        if place in seen:
            raise UsageError(
                f"source '{one.source}' is given twice with the same files",
                where=str(one.path or one.source),
                remedy="name each input once",
            )
        seen.add(place)


def input_names(given: list[Given]) -> list[str]:
    """How rows and messages name each input: by its file name, numbered where several have the same.

    >>> input_names(parse_given(["cordis=a/project.csv", "cordis=b/project.csv"]))
    ['project.csv', 'project.csv (2)']
    """
    names: list[str] = []
    for one in given:
        name = plain = one.path.resolve().name if one.path else one.source
        turn = 1
        while name in names:
            turn += 1
            name = f"{plain} ({turn})"
        names.append(name)
    return names


def build(
    given: list[Given],
    root: Path,
    reporter: Reporter | None = None,
    own_sets: Iterable[OwnSet] = (),
    decisions: DecisionsFile | None = None,
    previous: Path | None = None,
) -> Built:
    """Build a release of ``given`` beside the current one of ``root``, and make it current.

    ``own_sets`` are category sets of one's own, used beside those of the package. ``decisions`` are people's on
    which records are one organisation. Organisations keep the ids that they have in ``previous``, a release or the
    root of several; without it in the current release of ``root``, if there is one.

    Raises `ClusteratlasError` with the file, the line and the remedy; the current release is then untouched.
    """
    reporter = reporter or Reporter()
    root = Path(root).expanduser().absolute()
    started = datetime.now(UTC)
    release_id = started.strftime("%Y%m%dT%H%M%S%fZ")
    try:
        folder = releases.prepare(root, release_id)
        try:
            asked = _Asked(given, list(own_sets), decisions, before_of(previous, root))
            return _build(asked, root, folder, release_id, started, reporter)
        finally:
            releases.abandon(folder)
    except (duckdb.Error, OSError, MemoryError) as fault:
        raise _explained(fault, root) from fault


def before_of(previous: Path | None, root: Path) -> releases.Release | None:
    """The release whose ids are kept: ``previous``, else the current one of ``root``, of whatever format.

    Raises `ReleaseError` for a ``previous`` that is none.
    """
    if previous is not None:
        return releases.find(previous)
    current = root / releases.CURRENT
    return releases.of_any_format(current.resolve()) if releases.current_id(root) else None


def _explained(fault: Exception, root: Path) -> ClusteratlasError:
    text = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
    if _is_full_disk(fault):
        return _stopped(f"the disk is full ({text})", root, FREE_SPACE)
    if isinstance(fault, (duckdb.OutOfMemoryException, MemoryError)):
        return _stopped(text, root, "free some memory and build again")
    if isinstance(fault, (OSError, duckdb.IOException)):
        return _stopped(text, root, "check the folder's rights and the disk")
    return _stopped(text, root, "this is a fault of the program; please report it with the file")


def _is_full_disk(fault: Exception) -> bool:
    return getattr(fault, "errno", None) in FULL_DISK or any(sign in str(fault) for sign in FULL_DISK_SIGNS)


def _stopped(what: str, root: Path, remedy: str) -> ClusteratlasError:
    return ClusteratlasError(
        f"the build stopped: {what}; the current release is untouched", where=str(root), remedy=remedy
    )


def _build(
    asked: _Asked, root: Path, folder: Path, release_id: str, started: datetime, reporter: Reporter
) -> Built:
    connection, given = _connect(folder), asked.given
    try:
        with _Background(lambda: _prepare(connection.cursor(), asked)) as prepared:
            named = zip(given, input_names(given), strict=True)
            jobs = [
                _read(one, name, connection, folder / "work", reporter, i)
                for i, (one, name) in enumerate(named)
            ]
            prepared.wait()
        with reporter.step("assemble tables"):
            staging.stage(connection, jobs)
        with (
            _Background(lambda: assemble.write_projects(connection.cursor())) as projects,
            _Background(lambda: projects.wait() or find_trends(connection.cursor())) as found_trends,
        ):
            with reporter.step("resolve organisations"):
                assemble.prepare_records(connection)
                before = Before.of(asked.before)
                identity = resolve_organisations(connection, before, asked.decisions, started.date())
            with reporter.step("write tables"):
                assemble.write_organisations(connection)
                projects.wait()
            with (
                _Background(lambda: read_projects(connection.cursor())) as texts,
                _Background(lambda: build_index(texts.wait(), folder / releases.SEARCH)) as index,
            ):
                with reporter.step("judge projects"):
                    assemble.write_other_tables(connection)
                    judge_projects(connection)
                with reporter.step("write statistics"):
                    assemble.write_observations(connection)
                with reporter.step("cluster strengths"):
                    unconverted = write_strengths(connection, partial(reporter.advance, "cluster strengths"))
                with reporter.step("trends"):
                    write_trends(connection, found_trends.wait())
                with reporter.step("check"):
                    assemble.write_indexes(connection)
                    assemble.write_quarantine(connection, [r for job in jobs for r in job.rejected])
                    accounts = accounting.settle(connection, jobs)
                    verdicts = quality.check_release(connection, jobs)
                    counts = _counts(connection)
                with reporter.step("write out"):
                    texts.wait()  # DuckDB refuses to, while somebody reads what was there before the last writes
                    connection.execute("CHECKPOINT release")
                with reporter.step("index texts"):
                    index.wait()
        connection.execute("DETACH release")
    finally:
        connection.close()
    with reporter.step("publish"):
        shutil.rmtree(folder / "work", ignore_errors=True)
        manifest = _manifest(release_id, started, given, jobs, accounts, counts, verdicts)
        manifest |= {"unconverted": unconverted, "identity": identity}
        (folder / releases.MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False), "utf-8")
        final = releases.publish(root, folder, release_id)
    return Built(releases.read(final), accounts, reporter.seconds)


def _connect(folder: Path) -> duckdb.DuckDBPyConnection:
    (folder / "work").mkdir()
    connection = connect(
        config={
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(folder / "work"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "true",
            # The file is written out once, when it is whole: it is of no use to anyone before.
            "wal_autocheckpoint": "1TB",
        }
    )
    connection.execute("SET TimeZone='UTC'")
    path = str(folder / releases.DATABASE).replace("'", "''")
    connection.execute(f"ATTACH '{path}' AS release (ROW_GROUP_SIZE {ROW_GROUP_SIZE})")
    install_macros(connection)
    return connection


def _prepare(cursor: duckdb.DuckDBPyConnection, asked: _Asked) -> None:
    """What can be done while files are read, which leaves a processor half idle: load the libraries that later steps
    need, and write the tables that no file is needed for."""
    for name in LOADED_LATE:
        importlib.import_module(name)
    assemble.write_reference(cursor, asked.own_sets)


def _read(
    one: Given,
    name: str,
    connection: duckdb.DuckDBPyConnection,
    workdir: Path,
    reporter: Reporter,
    number: int,
) -> Job:
    step = f"read {one.source}" + (f" {name}" if one.path else "")
    with reporter.step(step):
        path = one.path or _own_path(one.source)
        if path is None:
            raise InputError(
                f"source '{one.source}' needs files", remedy=f"give them: --source {one.source}=PATH"
            )
        advance = partial(reporter.advance, step)
        job = Job(one.source, path, connection, workdir, f"raw{number}", name, advance)
        importlib.import_module(f"clusteratlas.sources.{one.source}.read").read(job)
    return job


def _own_path(source: str) -> Path | None:
    """The files that the package itself brings for a source, if it does."""
    folder = Path(clusteratlas.__file__).parent / "sample" / source
    return folder if folder.is_dir() else None


Found = TypeVar("Found")


class _Background(threading.Thread, Generic[Found]):
    """A piece of work beside the main one; `wait` gives what it found or raises what it raised. It never outlives its
    block."""

    def __init__(self, work: Callable[[], Found]) -> None:
        super().__init__(daemon=True)
        self._work: Callable[[], Found] = work
        self._found: Found | None = None
        self._fault: Exception | None = None

    def run(self) -> None:
        try:
            self._found = self._work()
        except Exception as fault:  # noqa: BLE001 - handed to the thread that waits
            self._fault = fault

    def wait(self) -> Found:
        self.join()
        if self._fault:
            raise self._fault
        return cast("Found", self._found)

    def __enter__(self) -> _Background[Found]:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.join()


def _counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return {
        name: connection.execute(f'SELECT count(*) FROM release."{name}"').fetchall()[0][0]
        for name in tables()
    }


def _manifest(
    release_id: str,
    started: datetime,
    given: list[Given],
    jobs: list[Job],
    accounts: list[FileAccount],
    counts: dict[str, int],
    verdicts: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "format": releases.FORMAT,
        "release_id": release_id,
        "built_at": started.isoformat(timespec="seconds"),
        "versions": {"clusteratlas": clusteratlas.__version__, "duckdb": duckdb.__version__},
        "sources": [
            quality.describe_source(one.source, job.path) for one, job in zip(given, jobs, strict=True)
        ],
        "tables": counts,
        "files": [asdict(account) for account in accounts],
        "checks": verdicts,
        "warnings": [asdict(job.warnings[key]) for job in jobs for key in sorted(job.warnings)],
    }
