"""Estimates of figures that statistical offices withhold, the interval each must lie in, and how good they are.

Public face: `impute`, `imputation`.
"""

from __future__ import annotations

from clusteratlas.observatory.imputation.impute import Imputation, imputation, impute

__all__ = ["Imputation", "imputation", "impute"]
