"""Economic complexity: what regions can do, read from which industries they share with whom."""

from clusteratlas.observatory.economic_complexity.results import (
    Complexity,
    ComplexityWarning,
    complexity,
)

__all__ = ["Complexity", "ComplexityWarning", "complexity"]
