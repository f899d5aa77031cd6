"""Estimates of figures that statistical offices withhold, the interval each must lie in, and how good they are.

Public face: `impute`, `imputation`, `imputed_share`, `evaluate`.
"""

from __future__ import annotations

from clusteratlas.observatory.imputation.evaluate import evaluate
from clusteratlas.observatory.imputation.impute import Imputation, imputation, impute
from clusteratlas.observatory.imputation.shares import imputed_share

__all__ = ["Imputation", "evaluate", "imputation", "impute", "imputed_share"]
