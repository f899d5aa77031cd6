"""NetworKit's and igraph's compiled parts alone: their packages also load drawing, notebooks and machine learning.

That takes seconds and some 180 MB, more than most networks do, and nothing here needs it.
"""

from __future__ import annotations

import sys
import threading
from functools import cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType, SimpleNamespace

_ONE_AT_A_TIME = threading.Lock()


@cache
def networkit() -> SimpleNamespace:
    """NetworKit's modules that are used here, by their names.

    >>> networkit().graph.Graph(3).numberOfNodes()
    3
    """
    names = ("graph", "graphtools", "engineering", "centrality", "community")
    found = _parts("networkit", names)
    found.engineering.setLogLevel("ERROR")  # as its package does when it is loaded
    return found


@cache
def igraph() -> SimpleNamespace:
    """igraph's compiled module, ``_igraph``, whose ``GraphBase`` has the measures.

    >>> igraph()._igraph.GraphBase(3, [(0, 1), (1, 2)]).betweenness()
    [0.0, 1.0, 0.0]
    """
    return _parts("igraph", ("_igraph",))


def _parts(package: str, names: tuple[str, ...]) -> SimpleNamespace:
    """Modules of a package, loaded without the package's own ``__init__`` unless that has already run.

    For the while an empty package stands in its place; who imports the package later gets the whole of it.
    """
    with _ONE_AT_A_TIME:
        if package in sys.modules:
            return _loaded(package, names)
        sys.modules[package] = _empty(package)
        try:
            return _loaded(package, names)
        finally:
            del sys.modules[package]


def _loaded(package: str, names: tuple[str, ...]) -> SimpleNamespace:
    return SimpleNamespace(**{name: import_module(f"{package}.{name}") for name in names})


def _empty(package: str) -> ModuleType:
    spec = find_spec(package)
    if spec is None:
        raise ModuleNotFoundError(f"No module named '{package}'", name=package)
    return module_from_spec(spec)
