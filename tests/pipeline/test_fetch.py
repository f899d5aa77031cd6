"""Downloads against a real server that breaks off, refuses, forgets and lies."""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusteratlas.errors import FetchError, UsageError
from clusteratlas.pipeline.fetch import Fetched, Patience, Progress, fetch, fetch_download
from clusteratlas.pipeline.fetch.contents import Damaged, refuse_damaged
from clusteratlas.pipeline.fetch.patience import seconds_asked
from clusteratlas.sources.catalogue import Download

from .adversary import (
    Behaviour,
    Publisher,
    answer,
    archive,
    etag_of,
    hang_up,
    honest,
    http_date,
    raw,
    serving,
    silent,
    then,
)

BODY = archive()
OTHER = archive(seed=2)
QUICK = Patience(attempts=4, first_wait_s=0.002, longest_wait_s=0.01, timeout_s=5, lock_wait_s=20)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serving(Publisher(BODY)) as published:
        yield published


def offer(publisher: Publisher, **changes: object) -> Download:
    described = Download(
        "test", publisher.url, "file.zip", "zip", 10_000_000, "a file", homepage="https://example.org"
    )
    return dataclasses.replace(described, **changes)


def get(publisher: Publisher, folder: Path, *, patience: Patience = QUICK, **kwargs: object) -> Fetched:
    return fetch_download(offer(publisher), folder, patience=patience, **kwargs)


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def assert_is(fetched: Fetched, body: bytes) -> None:
    assert fetched.path.read_bytes() == body
    assert (fetched.sha256, fetched.bytes) == (sha256(body), len(body))
    assert visible(fetched.path.parent) == ["file.zip", "file.zip.json"]


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


# What is kept


def test_a_file_arrives_with_its_checksum_and_what_the_publisher_said_of_it(
    publisher: Publisher, tmp_path: Path
) -> None:
    fetched = get(publisher, tmp_path)
    assert_is(fetched, BODY)
    assert (fetched.unchanged, fetched.attempts, fetched.resumed_from) == (False, 1, None)
    kept = json.loads((tmp_path / "file.zip.json").read_text())
    assert kept == {
        "name": "test",
        "file": "file.zip",
        "url": publisher.url,
        "sha256": sha256(BODY),
        "bytes": len(BODY),
        "retrieved_at": fetched.retrieved_at,
        "checked_at": fetched.retrieved_at,
        "etag": etag_of(BODY),
        "last_modified": "Mon, 01 Dec 2025 10:00:00 GMT",
    }
    assert fetched.retrieved_at.endswith("+00:00")


def test_an_unchanged_file_is_not_transferred_again(publisher: Publisher, tmp_path: Path) -> None:
    first = get(publisher, tmp_path)
    second = get(publisher, tmp_path)
    assert (second.unchanged, second.retrieved_at, publisher.bodies_sent) == (True, first.retrieved_at, 1)
    assert publisher.asked[1].headers["if-none-match"] == etag_of(BODY)
    assert_is(second, BODY)


def test_a_changed_file_replaces_the_old_one(publisher: Publisher, tmp_path: Path) -> None:
    get(publisher, tmp_path)
    publisher.body = OTHER
    fetched = get(publisher, tmp_path)
    assert not fetched.unchanged
    assert_is(fetched, OTHER)


def test_without_validators_equal_bytes_count_as_unchanged(publisher: Publisher, tmp_path: Path) -> None:
    publisher.etag = publisher.last_modified = None
    first = get(publisher, tmp_path)
    touched = first.path.stat().st_mtime_ns
    _edit(tmp_path / "file.zip.json", retrieved_at="2025-12-01T00:00:00+00:00")
    second = get(publisher, tmp_path)
    assert (second.unchanged, publisher.bodies_sent) == (True, 2)
    assert second.retrieved_at == "2025-12-01T00:00:00+00:00" < second.checked_at
    assert second.path.stat().st_mtime_ns == touched
    assert_is(second, BODY)


def test_force_transfers_an_unchanged_file_again(publisher: Publisher, tmp_path: Path) -> None:
    get(publisher, tmp_path)
    (tmp_path / "file.zip.part").write_bytes(b"left over")
    assert_is(get(publisher, tmp_path, force=True), BODY)
    assert publisher.bodies_sent == 2
    assert not {"if-none-match", "if-modified-since", "range"} & set(publisher.asked[1].headers)


def test_a_server_that_says_unchanged_without_being_asked_is_asked_again(
    publisher: Publisher, tmp_path: Path
) -> None:
    get(publisher, tmp_path)
    publisher.script = [answer(304)]
    assert_is(get(publisher, tmp_path, force=True), BODY)
    assert publisher.bodies_sent == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "file.zip").write_bytes(OTHER),
        lambda folder: (folder / "file.zip").write_bytes(BODY[:-1] + b"?"),
        lambda folder: (folder / "file.zip").write_bytes(b""),
        lambda folder: (folder / "file.zip").unlink(),
        lambda folder: (folder / "file.zip.json").unlink(),
        lambda folder: (folder / "file.zip.json").write_text("{"),
        lambda folder: (folder / "file.zip.json").write_text("[" * 50_000),
        lambda folder: (folder / "file.zip.json").write_text('{"etag": 3}'),
        lambda folder: _edit(folder / "file.zip.json", etag='"a"\r\nX-Evil: 1'),
        lambda folder: _edit(folder / "file.zip.json", bytes="many"),
    ],
)
def test_a_file_or_record_that_was_tampered_with_is_fetched_again(
    publisher: Publisher, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    get(publisher, tmp_path)
    spoil(tmp_path)
    assert_is(get(publisher, tmp_path), BODY)
    assert publisher.bodies_sent == 2


def _edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_another_address_is_not_asked_with_the_old_ones_validators(
    publisher: Publisher, tmp_path: Path
) -> None:
    get(publisher, tmp_path)
    moved = offer(publisher, url=publisher.url + "?mirror")
    fetched = fetch_download(moved, tmp_path, patience=QUICK)
    assert "if-none-match" not in publisher.asked[1].headers
    assert (fetched.unchanged, fetched.url) == (True, moved.url)


# Broken connections


def test_a_broken_transfer_goes_on_at_the_byte_where_it_stopped(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [honest(break_at=123_456)]
    fetched = get(publisher, tmp_path)
    assert_is(fetched, BODY)
    assert [asked.range_start for asked in publisher.asked] == [None, 123_456]
    assert publisher.asked[1].headers["if-range"] == etag_of(BODY)
    assert (fetched.attempts, fetched.resumed_from) == (2, 123_456)


def test_a_transfer_that_breaks_more_often_than_we_have_patience_ends_while_it_gets_further(
    publisher: Publisher, tmp_path: Path
) -> None:
    points = [20_000 * n for n in range(1, 13)]
    publisher.script = [honest(break_at=point) for point in points]
    fetched = get(publisher, tmp_path)
    assert_is(fetched, BODY)
    assert [asked.range_start for asked in publisher.asked[1:]] == points
    assert fetched.attempts == 13 > QUICK.attempts


def test_a_transfer_that_never_gets_further_ends_with_a_remedy_and_goes_on_next_time(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.always = honest(break_at=100_000)
    with pytest.raises(FetchError, match="gave up after 4 attempts") as caught:
        get(publisher, tmp_path)
    assert caught.value.where == publisher.url
    assert "will go on from 100.0 kB" in (caught.value.remedy or "")
    assert visible(tmp_path) == ["file.zip.part", "file.zip.part.json"]
    publisher.always = None
    fetched = get(publisher, tmp_path)
    assert_is(fetched, BODY)
    assert fetched.resumed_from == 100_000


def test_a_trickle_is_bounded_too(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [honest(break_at=n) for n in range(10, 60)]
    with pytest.raises(FetchError, match="gave up after 8 attempts"):
        get(publisher, tmp_path, patience=dataclasses.replace(QUICK, attempts_in_all=8))


@pytest.mark.parametrize(
    "fault",
    [
        hang_up(),
        answer(200, b""),
        silent(0.5),
        raw(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nPK"),
    ],
    ids=[
        "hangs-up",
        "empty",
        "silent",
        "no-http",
        "negative-length",
        "long-length",
        "long-header",
        "bad-chunk",
    ],
)
def test_a_passing_fault_is_tried_again(publisher: Publisher, tmp_path: Path, fault: Behaviour) -> None:
    publisher.script = [fault]
    fetched = get(publisher, tmp_path, patience=dataclasses.replace(QUICK, timeout_s=0.2))
    assert_is(fetched, BODY)
    assert fetched.attempts == 2


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with serving(Publisher(BODY)) as gone:
        pass
    with pytest.raises(FetchError, match="gave up after 4 attempts") as caught:
        get(gone, tmp_path)
    assert caught.value.where == gone.url
    assert "check the connection" in (caught.value.remedy or "")


def test_a_part_that_is_whole_is_taken_without_its_last_byte_being_sent_again(
    publisher: Publisher, tmp_path: Path
) -> None:
    _leave_part(publisher, tmp_path, BODY)
    fetched = get(publisher, tmp_path)
    assert_is(fetched, BODY)
    assert publisher.bodies_sent == 0


def _leave_part(publisher: Publisher, folder: Path, part: bytes, **changes: object) -> None:
    note = {"url": publisher.url, "etag": etag_of(BODY), "last_modified": None, "total": len(BODY)}
    (folder / "file.zip.part").write_bytes(part)
    (folder / "file.zip.part.json").write_text(json.dumps(note | changes))


@pytest.mark.parametrize(
    "changes",
    [{"url": "https://example.org/other"}, {"etag": None}, {"etag": 'W/"weak"'}, {"total": "all"}, {"x": 1}],
    ids=["other address", "no validator", "weak validator", "nonsense", "unknown key"],
)
def test_a_part_of_unknown_origin_is_not_continued(
    publisher: Publisher, tmp_path: Path, changes: dict[str, object]
) -> None:
    _leave_part(publisher, tmp_path, BODY[:1000], **changes)
    assert_is(get(publisher, tmp_path), BODY)
    assert publisher.asked[0].range_start is None


def test_a_part_whose_bytes_went_wrong_is_found_out_and_fetched_anew(
    publisher: Publisher, tmp_path: Path
) -> None:
    _leave_part(publisher, tmp_path, bytes(100_000))
    fetched = get(publisher, tmp_path)
    assert_is(fetched, BODY)
    assert [asked.range_start for asked in publisher.asked] == [100_000, None]


@given(
    points=st.lists(st.integers(0, len(BODY)), max_size=6),
    ranges=st.lists(st.booleans(), min_size=6, max_size=6),
    chunked=st.booleans(),
    etag=st.sampled_from(["", None, 'W/"weak"']),
    last_modified=st.sampled_from([None, "Mon, 01 Dec 2025 10:00:00 GMT"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_wherever_it_breaks_the_file_is_the_publishers(
    tmp_path_factory: pytest.TempPathFactory,
    points: list[int],
    ranges: list[bool],
    chunked: bool,
    etag: str | None,
    last_modified: str | None,
) -> None:
    script = [honest(break_at=p, ranges=r, chunked=chunked) for p, r in zip(points, ranges, strict=False)]
    with serving(Publisher(BODY, script, etag=etag, last_modified=last_modified)) as publisher:
        assert_is(
            get(publisher, tmp_path_factory.mktemp("any"), patience=dataclasses.replace(QUICK, attempts=8)),
            BODY,
        )


# Refusals and waits


def test_a_busy_server_is_given_the_time_it_asks_for(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [answer(503, Retry_After="1"), answer(429, Retry_After=http_date(-60))]
    seen: list[Progress] = []
    began = time.monotonic()
    patience = dataclasses.replace(QUICK, longest_wait_s=1.5)
    assert_is(get(publisher, tmp_path, patience=patience, on_progress=seen.append), BODY)
    assert 1.0 <= time.monotonic() - began < 5
    waits = [now.note for now in seen if now.stage == "wait"]
    assert waits[0] == "the server answered 503 Service Unavailable; next attempt in 1 s"


def test_a_server_cannot_make_us_wait_for_ever(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [answer(503, Retry_After="99999999"), answer(503, Retry_After=http_date(86_400))]
    began = time.monotonic()
    assert_is(get(publisher, tmp_path), BODY)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("text", ["", "soon", "-5", "1e9", "²", "Wed, 99 Oct 2015 07:28:00 GMT", None])
def test_an_unreadable_retry_after_asks_for_nothing(text: str | None) -> None:
    assert seconds_asked(text) is None


def test_waits_double_up_to_a_bound_and_differ() -> None:
    patience = Patience(first_wait_s=1, longest_wait_s=10)
    for failures, longest in ((1, 1), (2, 2), (3, 4), (9, 10), (5000, 10)):
        waits = {patience.wait_s(failures) for _ in range(20)}
        assert all(longest / 2 <= wait <= longest for wait in waits)
    assert len({patience.wait_s(3) for _ in range(20)}) > 1


def test_a_server_that_stays_busy_is_named_with_what_to_do(publisher: Publisher, tmp_path: Path) -> None:
    publisher.always = answer(503)
    with pytest.raises(FetchError, match=r"503 Service Unavailable.*gave up after 4 attempts") as caught:
        get(publisher, tmp_path)
    assert caught.value.where == publisher.url
    assert "later" in (caught.value.remedy or "")
    assert len(publisher.asked) == 4


@pytest.mark.parametrize(("status", "said"), [(404, "not there"), (410, "not there"), (403, "does not give")])
def test_a_plain_refusal_is_told_at_once(
    publisher: Publisher, tmp_path: Path, status: int, said: str
) -> None:
    publisher.always = answer(status)
    with pytest.raises(FetchError, match=f"{status}.*{said}") as caught:
        get(publisher, tmp_path)
    assert len(publisher.asked) == 1
    assert "https://example.org" in (caught.value.remedy or "")


def test_a_refusal_leaves_the_good_file_alone(publisher: Publisher, tmp_path: Path) -> None:
    get(publisher, tmp_path)
    before = (tmp_path / "file.zip.json").read_bytes()
    publisher.always = answer(404)
    with pytest.raises(FetchError):
        get(publisher, tmp_path)
    assert (tmp_path / "file.zip").read_bytes() == BODY
    assert (tmp_path / "file.zip.json").read_bytes() == before


# Ranges that cannot be trusted


def test_a_server_that_ignores_ranges_starts_over(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [honest(break_at=50_000), honest(ranges=False)]
    fetched = get(publisher, tmp_path)
    assert_is(fetched, BODY)
    assert (publisher.asked[1].range_start, fetched.resumed_from) == (50_000, None)


@pytest.mark.parametrize(
    "reply",
    [
        honest(headers={"Content-Range": f"bytes 0-{len(BODY) - 1}/{len(BODY)}"}),
        honest(headers={"Content-Range": f"bytes 49999-{len(BODY) - 1}/{len(BODY)}"}),
        honest(headers={"Content-Range": f"bytes 50000-{len(BODY) - 1}/{len(BODY) + 1}"}),
        honest(headers={"Content-Range": "bytes 50000-3/9"}),
        honest(headers={"Content-Range": "lines 1-2/3"}),
        answer(206, BODY[50_000:]),
        answer(206, b"", Content_Range=f"bytes */{len(BODY)}"),
        answer(416, Content_Range="bytes */7"),
        answer(416, Content_Range=f"bytes */{len(BODY)}"),
        answer(416),
        answer(304),
    ],
)
def test_a_reply_that_does_not_fit_the_part_starts_over(
    publisher: Publisher, tmp_path: Path, reply: Behaviour
) -> None:
    publisher.script = [honest(break_at=50_000), reply]
    assert_is(get(publisher, tmp_path), BODY)
    assert len(publisher.asked) == 3


def test_a_range_in_pieces_is_put_together(publisher: Publisher, tmp_path: Path) -> None:
    size = len(BODY)
    piece = answer(206, BODY[50_000:60_000], Content_Range=f"bytes 50000-59999/{size}", ETag=etag_of(BODY))
    publisher.script = [honest(break_at=50_000), piece]
    assert_is(get(publisher, tmp_path), BODY)
    assert [asked.range_start for asked in publisher.asked] == [None, 50_000, 60_000]


@pytest.mark.parametrize("heed_if_range", [True, False])
def test_a_file_that_changes_between_attempts_is_never_mixed(
    publisher: Publisher, tmp_path: Path, heed_if_range: bool
) -> None:
    def change(published: Publisher) -> None:
        published.body = OTHER

    publisher.script = [honest(break_at=150_000), then(change, honest(heed_if_range=heed_if_range))]
    fetched = get(publisher, tmp_path)
    assert_is(fetched, OTHER)
    assert (fetched.etag, fetched.resumed_from) == (etag_of(OTHER), None)


def test_a_text_that_changes_between_attempts_is_never_mixed_either(
    publisher: Publisher, tmp_path: Path
) -> None:
    # A table has no checksums inside: only the version that the server tells gives a mixture away.
    def change(published: Publisher) -> None:
        published.body = b"b" * 100_000

    publisher.body = b"a" * 100_000
    publisher.script = [honest(break_at=40_000), then(change, honest(heed_if_range=False))]
    fetched = fetch_download(offer(publisher, file="table.csv", media="csv"), tmp_path, patience=QUICK)
    assert fetched.path.read_bytes() == b"b" * 100_000


def test_a_file_that_changes_behind_one_validator_is_never_mixed(
    publisher: Publisher, tmp_path: Path
) -> None:
    def change(published: Publisher) -> None:
        published.body = OTHER

    publisher.etag = None
    publisher.script = [honest(break_at=150_000), then(change, honest())]
    assert_is(get(publisher, tmp_path), OTHER)


def test_without_validators_a_broken_transfer_starts_over(publisher: Publisher, tmp_path: Path) -> None:
    publisher.etag = publisher.last_modified = None
    publisher.script = [honest(break_at=50_000)]
    assert_is(get(publisher, tmp_path), BODY)
    assert publisher.asked[1].range_start is None


# Lengths that lie


def test_more_is_promised_than_sent(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [honest(claim=len(BODY) + 500)]
    assert_is(get(publisher, tmp_path), BODY)


def test_more_is_always_promised_than_sent(publisher: Publisher, tmp_path: Path) -> None:
    publisher.always = honest(claim=len(BODY) + 500, ranges=False)
    with pytest.raises(FetchError, match="gave up"):
        get(publisher, tmp_path)
    assert not (tmp_path / "file.zip").exists()


def test_less_is_promised_than_sent(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [honest(claim=len(BODY) - 500)]
    assert_is(get(publisher, tmp_path), BODY)


def test_less_is_always_promised_than_sent(publisher: Publisher, tmp_path: Path) -> None:
    publisher.always = honest(claim=len(BODY) - 500)
    with pytest.raises(FetchError, match=r"damaged.*same way twice"):
        get(publisher, tmp_path)
    assert visible(tmp_path) == []


def test_a_range_that_is_longer_than_it_says(publisher: Publisher, tmp_path: Path) -> None:
    size = len(BODY)
    long = answer(206, BODY[50_000:], Content_Range=f"bytes 50000-59999/{size}", ETag=etag_of(BODY))
    publisher.script = [honest(break_at=50_000), long]
    assert_is(get(publisher, tmp_path), BODY)
    assert [asked.range_start for asked in publisher.asked] == [None, 50_000, None]


def test_no_length_at_all(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [honest(chunked=True, break_at=90_000), honest(chunked=True)]
    fetched = get(publisher, tmp_path)
    assert_is(fetched, BODY)
    assert fetched.resumed_from == 90_000


# Contents


PAGE = b"<!DOCTYPE html>\n<html><head><title>EU Login</title></head><body>Sign in</body></html>" + b" " * 9000


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/zip"])
def test_a_login_page_instead_of_the_file(publisher: Publisher, tmp_path: Path, content_type: str) -> None:
    get(publisher, tmp_path)
    publisher.always = answer(200, PAGE, Content_Type=content_type)
    with pytest.raises(FetchError, match="web page titled 'EU Login' instead of a zip file") as caught:
        get(publisher, tmp_path)
    assert "https://example.org" in (caught.value.remedy or "")
    assert len(publisher.asked) == 2
    assert visible(tmp_path) == ["file.zip", "file.zip.json"]
    assert (tmp_path / "file.zip").read_bytes() == BODY


def test_a_page_is_told_by_its_beginning_however_it_is_dressed(publisher: Publisher, tmp_path: Path) -> None:
    table = offer(publisher, file="table.csv", media="csv")
    for page in (b"\xef\xbb\xbf \n<HTML lang=en>", b"<!-- a --><!-- b -->\n<html>", b"<!doctype  html>"):
        publisher.script = [answer(200, page)]
        with pytest.raises(FetchError, match="web page"):
            fetch_download(table, tmp_path, patience=QUICK)
    publisher.script = [answer(200, b"<!---->" * 500)]
    began = time.monotonic()
    assert fetch_download(table, tmp_path, patience=QUICK).bytes == 3500
    assert time.monotonic() - began < 2


def test_a_zip_that_is_labelled_as_a_page_is_taken(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [honest(headers={"Content-Type": "text/html"})]
    assert_is(get(publisher, tmp_path), BODY)


@pytest.mark.parametrize(
    "junk", [b"\x7fELF" + bytes(5000), b"id;title\n1;a\n", b"\x1f\x8b\x08\x00" + bytes(50)]
)
def test_something_else_instead_of_the_file(publisher: Publisher, tmp_path: Path, junk: bytes) -> None:
    publisher.always = answer(200, junk)
    with pytest.raises(FetchError, match="not a zip file"):
        get(publisher, tmp_path)
    assert visible(tmp_path) == []


def _with_wrong_byte(body: bytes) -> bytes:
    return body[:1000] + bytes([body[1000] ^ 1]) + body[1001:]


@pytest.mark.parametrize(
    "damaged",
    [BODY[:-700], BODY[: len(BODY) // 2], b"PK\x03", _with_wrong_byte(BODY), archive(0)[:4] + bytes(60)],
    ids=["directory cut", "half", "three bytes", "one wrong byte", "nothing in it"],
)
def test_a_damaged_zip_that_claims_to_be_whole_never_replaces_a_good_one(
    publisher: Publisher, tmp_path: Path, damaged: bytes
) -> None:
    get(publisher, tmp_path)
    publisher.always = answer(200, damaged)
    with pytest.raises(FetchError, match=r"damaged.*same way twice") as caught:
        get(publisher, tmp_path)
    assert caught.value.where == publisher.url
    assert len(publisher.asked) == 3
    assert visible(tmp_path) == ["file.zip", "file.zip.json"]
    assert (tmp_path / "file.zip").read_bytes() == BODY


@given(method=st.sampled_from([0, 8, 12, 14]), spoilt=st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_is_wrong_in_an_archive_is_called_damage(
    tmp_path_factory: pytest.TempPathFactory, method: int, spoilt: st.DataObject
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        packed.writestr("project.csv", b"id;title\n" * 100)
        packed.writestr("organisation/ü.csv", b"id\n")
    body = bytearray(out.getvalue())
    for _ in range(spoilt.draw(st.integers(1, 4))):
        body[spoilt.draw(st.integers(4, len(body) - 1))] = spoilt.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("spoilt") / "file.zip.part"
    path.write_bytes(body)
    with contextlib.suppress(Damaged):  # a byte that does not matter may also pass
        refuse_damaged(path, "zip", lambda _: None)


def test_a_file_damaged_on_the_way_is_fetched_once_more(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [answer(200, BODY[:-700])]
    assert_is(get(publisher, tmp_path), BODY)


def test_a_zip_is_not_unpacked_by_its_transport(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [
        answer(200, gzip.compress(BODY), Content_Encoding="gzip", Content_Type="application/zip")
    ]
    assert_is(get(publisher, tmp_path), BODY)
    assert publisher.asked[0].headers["accept-encoding"] == "identity"


def test_a_broken_gzip_wrapping_is_not_continued(publisher: Publisher, tmp_path: Path) -> None:
    wrapped = gzip.compress(BODY)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nETag: {etag_of(BODY)}\r\n"
    head += f"Content-Length: {len(wrapped)}"
    publisher.script = [
        raw(head.encode() + b"\r\n\r\n" + wrapped[:100_000]),
        answer(200, b"PK not gzip", Content_Encoding="gzip"),
    ]
    assert_is(get(publisher, tmp_path), BODY)
    assert [asked.range_start for asked in publisher.asked] == [None, None, None]


@pytest.mark.parametrize("headers", [{}, {"Content_Encoding": "gzip"}])
def test_a_gzip_file_stays_one(publisher: Publisher, tmp_path: Path, headers: dict[str, str]) -> None:
    packed = gzip.compress(b"freq,geo\n" * 1000)
    publisher.script = [answer(200, packed[:-6], **headers), answer(200, packed, **headers)]
    fetched = fetch_download(offer(publisher, file="table.tsv.gz", media="gzip"), tmp_path, patience=QUICK)
    assert fetched.path.read_bytes() == packed
    assert fetched.attempts == 2


def test_a_text_file_is_taken_and_a_page_instead_of_it_refused(publisher: Publisher, tmp_path: Path) -> None:
    table = offer(publisher, file="table.csv", media="csv")
    publisher.script = [answer(200, PAGE), answer(200, b"<b>;1\n")]
    with pytest.raises(FetchError, match="web page"):
        fetch_download(table, tmp_path, patience=QUICK)
    assert fetch_download(table, tmp_path, patience=QUICK).path.read_bytes() == b"<b>;1\n"


# Bounds


def test_a_file_larger_than_allowed_is_refused_before_it_is_sent(
    publisher: Publisher, tmp_path: Path
) -> None:
    with pytest.raises(FetchError, match=r"300\.\d kB, more than the 200\.0 kB allowed") as caught:
        fetch_download(offer(publisher, max_bytes=200_000), tmp_path, patience=QUICK)
    assert "max_bytes" in (caught.value.remedy or "")
    assert visible(tmp_path) == []


@pytest.mark.parametrize("wrapped", [False, True], ids=["chunked", "gzip bomb"])
def test_a_file_that_grows_beyond_what_is_allowed_is_cut_off(
    publisher: Publisher, tmp_path: Path, wrapped: bool
) -> None:
    bomb = gzip.compress(BODY[:100] + bytes(50_000_000))
    publisher.always = answer(200, bomb, Content_Encoding="gzip") if wrapped else honest(chunked=True)
    with pytest.raises(FetchError, match=r"more than the 200\.0 kB allowed"):
        fetch_download(offer(publisher, max_bytes=200_000), tmp_path, patience=QUICK)
    assert visible(tmp_path) == []


def test_a_file_larger_than_the_free_disk_is_refused_before_it_is_sent(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.always = honest(claim=10**17)
    with pytest.raises(FetchError, match="free on the disk") as caught:
        fetch_download(offer(publisher, max_bytes=10**18), tmp_path, patience=QUICK)
    assert caught.value.where == str(tmp_path)
    assert "--to" in (caught.value.remedy or "")


def test_a_disk_that_fills_up_is_told_and_the_transfer_goes_on_when_there_is_room(
    publisher: Publisher, tmp_path: Path
) -> None:
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
    ended = subprocess.run(_fetch_in_python(publisher, tmp_path, limited), capture_output=True, text=True)
    assert "the disk is full (100.0 kB of the file received)" in ended.stderr
    assert "make room" in ended.stderr
    assert "Traceback" not in ended.stderr
    fetched = get(publisher, tmp_path)
    assert_is(fetched, BODY)
    assert fetched.resumed_from == 100_000


def test_a_folder_that_cannot_be_written_is_named(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(FetchError, match="cannot be written") as caught:
        get(publisher, tmp_path / "taken" / "below")
    assert "taken" in (caught.value.where or "")
    assert publisher.asked == []


# Addresses


def test_redirects_are_followed(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [answer(302, Location="/elsewhere"), answer(301, Location=publisher.url)]
    fetched = get(publisher, tmp_path)
    assert_is(fetched, BODY)
    assert fetched.url == publisher.url
    assert get(publisher, tmp_path).unchanged


def test_circles_of_redirects_end(publisher: Publisher, tmp_path: Path) -> None:
    publisher.always = answer(302, Location="/data/file.zip")
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        get(publisher, tmp_path)
    assert len(publisher.asked) == 6


@pytest.mark.parametrize(
    "target",
    [
        "http://example.org/f.zip",
        "ftp://example.org/f.zip",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://169.254.169.254/",
        "HTTP://[::ffff:10.0.0.1]/",
        "http:\\\\example.org",
    ],
)
def test_redirects_to_unsafe_places_are_refused(publisher: Publisher, tmp_path: Path, target: str) -> None:
    publisher.always = answer(302, Location=target)
    with pytest.raises(FetchError, match="no safe https address"):
        get(publisher, tmp_path)
    assert len(publisher.asked) == 1


def test_a_publisher_cannot_lead_us_to_services_on_this_machine(tmp_path: Path) -> None:
    def reply(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"Location": "https://127.0.0.1:9/admin"})

    with (
        httpx.Client(transport=httpx.MockTransport(reply)) as client,
        pytest.raises(FetchError, match="no safe https address"),
    ):
        fetch("cordis-fp7", directory=tmp_path, client=client, patience=QUICK)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://example.org/f.zip", "not an https address"),
        ("ftp://example.org/f.zip", "not an https address"),
        ("file:///etc/passwd", "not an https address"),
        ("/etc/passwd", "not an https address"),
        ("https://", "not an https address"),
        ("https://exa mple.org/\x00", "not an address"),
        ("https://ana:secret@example.org/f.zip", "holds a user name or password"),
    ],
)
def test_unsafe_addresses_are_refused(tmp_path: Path, url: str, said: str) -> None:
    with pytest.raises(FetchError, match=said) as caught:
        fetch("cordis-fp7", directory=tmp_path, url=url)
    assert "secret" not in str(caught.value)


def test_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(UsageError, match="no download 'cordis-horizn'") as caught:
        fetch("cordis-horizn")
    assert "did you mean 'cordis-horizon" in (caught.value.remedy or "")


def test_files_are_kept_at_home(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTERATLAS_HOME", str(tmp_path / "zuhause ü"))
    fetched = fetch("cordis-horizon", url=publisher.url)
    expected = tmp_path / "zuhause ü" / "downloads" / "cordis-horizon" / "cordis-HORIZONprojects-csv.zip"
    assert fetched.path == expected
    assert expected.read_bytes() == BODY


def test_names_outside_ascii_work(publisher: Publisher, tmp_path: Path) -> None:
    described = offer(publisher, file="données.zip", url=publisher.url + "/données ü.zip")
    publisher.script = [honest(break_at=1000)]
    fetched = fetch_download(described, tmp_path / "Größe", patience=QUICK)
    assert fetched.path == tmp_path / "Größe" / "données.zip"
    assert fetched.path.read_bytes() == BODY
    assert publisher.asked[1].path.endswith("/donn%C3%A9es%20%C3%BC.zip")


@pytest.mark.parametrize("file", ["../evil.zip", "/etc/evil.zip", "a/b.zip", "..", "", "a\\b.zip", "a\0.zip"])
def test_names_that_point_elsewhere_are_refused(publisher: Publisher, tmp_path: Path, file: str) -> None:
    with pytest.raises(FetchError, match="not a plain file name"):
        fetch_download(offer(publisher, file=file), tmp_path / "in")
    assert publisher.asked == []


def test_the_server_does_not_choose_the_files_name(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [honest(headers={"Content-Disposition": 'attachment; filename="../../evil.zip"'})]
    assert_is(get(publisher, tmp_path / "in"), BODY)
    assert visible(tmp_path) == ["in"]


# Processes


def _fetch_in_python(publisher: Publisher, folder: Path, before: str = "") -> list[str]:
    code = f"""{before}
import sys
from pathlib import Path
from clusteratlas.errors import FetchError
from clusteratlas.pipeline.fetch import Patience, fetch_download
from clusteratlas.sources.catalogue import Download
try:
    fetched = fetch_download(
        Download("test", {publisher.url!r}, "file.zip", "zip", 10_000_000, ""),
        Path({str(folder)!r}),
        patience=Patience(first_wait_s=0.01, longest_wait_s=0.05, timeout_s=10, lock_wait_s=30),
    )
except FetchError as fault:
    sys.exit(str(fault))
print(fetched.sha256, fetched.unchanged)
"""
    return [sys.executable, "-c", code]


def _wait_until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.005)


def test_a_killed_process_loses_nothing(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [honest(pause_s=0.02)] * 3
    part = tmp_path / "file.zip.part"
    received = 0
    for _ in range(3):
        process = subprocess.Popen(_fetch_in_python(publisher, tmp_path))
        enough = received + 20_000
        _wait_until(lambda enough=enough: part.exists() and part.stat().st_size > enough)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert part.stat().st_size > received
        received = part.stat().st_size
        assert BODY.startswith(part.read_bytes())
        assert not (tmp_path / "file.zip").exists()
    fetched = get(publisher, tmp_path)
    assert_is(fetched, BODY)
    assert fetched.resumed_from == received


def test_an_interrupted_process_loses_nothing(publisher: Publisher, tmp_path: Path) -> None:
    def interrupt(now: Progress) -> None:
        if now.done > 80_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get(publisher, tmp_path, on_progress=interrupt)
    fetched = get(publisher, tmp_path)
    assert_is(fetched, BODY)
    assert fetched.resumed_from is not None
    assert fetched.resumed_from > 80_000


def test_processes_that_fetch_at_once_transfer_the_file_once(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [honest(pause_s=0.01, break_at=100_000)]
    processes = [
        subprocess.Popen(_fetch_in_python(publisher, tmp_path), stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    told = sorted(process.communicate(timeout=60)[0].split() for process in processes)
    assert told == sorted([[sha256(BODY), "False"], [sha256(BODY), "True"], [sha256(BODY), "True"]])
    assert publisher.bodies_sent == 2
    assert visible(tmp_path) == ["file.zip", "file.zip.json"]


def test_waiting_for_another_process_has_an_end(publisher: Publisher, tmp_path: Path) -> None:
    began, end = threading.Event(), threading.Event()

    def hold(_: Progress) -> None:
        began.set()
        end.wait(20)

    other = threading.Thread(target=get, args=(publisher, tmp_path), kwargs={"on_progress": hold})
    other.start()
    began.wait(20)
    try:
        with pytest.raises(FetchError, match="another process") as caught:
            get(publisher, tmp_path, patience=dataclasses.replace(QUICK, lock_wait_s=0.05))
    finally:
        end.set()
        other.join()
    assert "--to" in (caught.value.remedy or "")
    assert get(publisher, tmp_path).unchanged


# Progress


def test_progress_tells_bytes_and_never_passes_the_total(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [honest(break_at=100_000)]
    seen: list[Progress] = []
    get(publisher, tmp_path, on_progress=seen.append)
    received = [now.done for now in seen if now.stage == "download"]
    assert received == sorted(received)
    assert received[-1] == len(BODY)
    assert {now.total for now in seen if now.stage == "download"} == {len(BODY)}
    assert [now.note for now in seen if now.stage == "wait"] != []
    assert {now.note for now in seen if now.stage == "check"} == {"checksum", "archive"}


def test_a_clients_own_connection_is_used_and_left_open(publisher: Publisher, tmp_path: Path) -> None:
    with httpx.Client(headers={"User-Agent": "a notebook"}, trust_env=False) as client:
        get(publisher, tmp_path, client=client)
        assert not client.is_closed
    assert publisher.asked[0].headers["user-agent"] == "a notebook"
