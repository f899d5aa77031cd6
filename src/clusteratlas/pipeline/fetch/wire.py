"""One request and its reply: redirects, refusals and faults told apart, ranges read with distrust."""

from __future__ import annotations

import contextlib
import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from clusteratlas.errors import FetchError
from clusteratlas.pipeline.fetch.patience import Patience, TryAgain, seconds_asked
from clusteratlas.sources.catalogue import Download

MOST_REDIRECTS = 5
WORTH_ANOTHER_TRY = {408, 425, 429, 500, 502, 503, 504}
_CONTENT_RANGE = re.compile(r"bytes (?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18}|\*)")


@dataclass(frozen=True)
class ContentRange:
    """A ``Content-Range`` header: the first and last byte sent (None: nothing was), and the size in all."""

    first: int | None
    last: int | None
    total: int | None


def content_range(header: str | None) -> ContentRange | None:
    """The parsed header, None when it is missing or makes no sense.

    >>> content_range("bytes 5-9/10")
    ContentRange(first=5, last=9, total=10)
    """
    found = _CONTENT_RANGE.fullmatch((header or "").strip())
    if not found:
        return None
    first, last, total = (int(text) if text and text != "*" else None for text in found.groups())
    if first is not None and last is not None and (last < first or (total is not None and last >= total)):
        return None
    return ContentRange(first, last, total)


def address(url: str) -> httpx.URL:
    """The address, parsed; raises `FetchError` unless it is https, or http on this machine."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError) as fault:
        raise FetchError(
            f"not an address ({fault})", where=url, remedy="give a full https:// address"
        ) from fault
    if parsed.userinfo:
        parsed = parsed.copy_with(username=None, password=None)
        raise FetchError(
            "the address holds a user name or password", where=str(parsed), remedy="give it without them"
        )
    if not parsed.host or not _is_safe(parsed, from_loopback=True):
        raise FetchError(
            "not an https address", where=url, remedy="give a full address that begins with https://"
        )
    return parsed


def is_loopback(url: httpx.URL) -> bool:
    """Whether the address is on this very machine."""
    if url.host == "localhost":
        return True
    try:
        return ipaddress.ip_address(url.host).is_loopback
    except ValueError:
        return False


def _is_safe(url: httpx.URL, *, from_loopback: bool) -> bool:
    # A publisher must not lead us to unencrypted places, nor to services on this machine.
    if is_loopback(url):
        return from_loopback and url.scheme in {"http", "https"}
    return url.scheme == "https"


@contextlib.contextmanager
def opened(client: httpx.Client | None, url: httpx.URL, patience: Patience) -> Iterator[httpx.Client]:
    """The caller's client, left open; or one of our own, closed at the end."""
    if client is not None:
        yield client
        return
    with httpx.Client(
        timeout=patience.timeout_s,
        trust_env=not is_loopback(url),
        headers={"User-Agent": "clusteratlas (+https://github.com/clusteratlas/clusteratlas)"},
    ) as own:
        yield own


@contextlib.contextmanager
def asked(
    client: httpx.Client, download: Download, url: httpx.URL, headers: dict[str, str]
) -> Iterator[httpx.Response]:
    """The reply to a request, its body unread, after at most five redirects.

    Gives replies 200, 206, 304 and 416. Raises `TryAgain` for what may pass, `FetchError` for what will not.
    """
    # Whole bytes as they are stored: an encoding would make ranges and lengths those of something else.
    request = client.build_request("GET", url, headers={"Accept-Encoding": "identity", **headers})
    seen = [str(url)]
    with network_faults(download):
        while True:
            response = client.send(request, stream=True, follow_redirects=False)
            try:
                if not response.has_redirect_location:
                    _refuse_bad_status(response, download)
                    yield response
                    return
                request = _redirected(response, seen, download, from_loopback=is_loopback(url))
            finally:
                response.close()


def _redirected(
    response: httpx.Response, seen: list[str], download: Download, *, from_loopback: bool
) -> httpx.Request:
    following = response.next_request
    if following is None or not _is_safe(following.url, from_loopback=from_loopback):
        target = response.headers.get("Location", "")[:200]
        raise FetchError(
            f"the server redirects to no safe https address ({target!r})",
            where=download.url,
            remedy=_look_at(download),
        )
    seen.append(str(following.url))
    if len(seen) > MOST_REDIRECTS + 1:
        raise FetchError(
            f"the server redirects more than {MOST_REDIRECTS} times: {' -> '.join(seen[:4])} ...",
            where=download.url,
            remedy=_look_at(download),
        )
    return following


def _refuse_bad_status(response: httpx.Response, download: Download) -> None:
    status = response.status_code
    if status in {200, 206, 304, 416}:
        return
    said = f"the server answered {status} {response.reason_phrase}".rstrip()
    if status in WORTH_ANOTHER_TRY:
        raise TryAgain(said, seconds_asked(response.headers.get("Retry-After")))
    if status in {404, 410}:
        said += ": the file is not there"
    elif status in {401, 403, 451}:
        said += ": it does not give us this file"
    raise FetchError(said, where=download.url, remedy=_look_at(download))


@contextlib.contextmanager
def network_faults(download: Download) -> Iterator[None]:
    """Turn what httpx raises into `TryAgain`, or `FetchError` when another attempt cannot help."""
    try:
        yield
    except httpx.InvalidURL as fault:  # only a redirect can lead to one: our own address was parsed before
        raise FetchError(
            f"the server redirects to no safe https address ({fault})",
            where=download.url,
            remedy=_look_at(download),
        ) from fault
    except (httpx.TransportError, httpx.DecodingError) as fault:
        text = str(fault) or type(fault).__name__
        if "CERTIFICATE_VERIFY_FAILED" in text:
            raise FetchError(
                f"the server's certificate is not trusted ({text})",
                where=download.url,
                remedy="check this machine's clock, its certificates (SSL_CERT_FILE) and its proxy",
            ) from fault
        raise TryAgain(_in_words(fault, text)) from fault


def _in_words(fault: Exception, text: str) -> str:
    if isinstance(fault, httpx.TimeoutException):
        return "the server stayed silent for too long"
    if isinstance(fault, httpx.ConnectError | httpx.ProxyError):
        return f"no connection to the server ({text})"
    return f"the connection broke off ({text})"


def _look_at(download: Download) -> str:
    page = download.homepage or "the publisher's page"
    return f"look at {page} for where the file is now, and give its address with --url"
