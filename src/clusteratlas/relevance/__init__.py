"""Is this an industrial or innovation cluster project, and what speaks for it? Pure functions over tables.

>>> from clusteratlas.relevance import classify, train, evaluate, with_own_labels, Model, load_model
"""

from clusteratlas.relevance.classify import classify
from clusteratlas.relevance.evaluation import evaluate
from clusteratlas.relevance.labels import own_labels, with_own_labels
from clusteratlas.relevance.model import Model, load_model
from clusteratlas.relevance.organisations import organisation_kind
from clusteratlas.relevance.training import train, train_report
from clusteratlas.relevance.words import mentions

__all__ = [
    "Model",
    "classify",
    "evaluate",
    "load_model",
    "mentions",
    "organisation_kind",
    "own_labels",
    "train",
    "train_report",
    "with_own_labels",
]
