"""Download a publisher's file: resumed, retried, verified, and never again while unchanged."""

from clusteratlas.pipeline.fetch.fetching import Fetched, fetch, fetch_download
from clusteratlas.pipeline.fetch.patience import Patience, Progress

__all__ = ["Fetched", "Patience", "Progress", "fetch", "fetch_download"]
