"""What became of each NUTS region from one version to the next, with the share of the old in the new.

Read from Eurostat's correspondence workbooks; where they are silent, from boundaries, from what became
of the parts, or from the short tables below.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from clusteratlas.sources.gisco.correspondence import links

Share = dict[str, float]
Pairs = dict[str, set[str]]

# Where the workbooks name no successor, or a wrong one. 2010: Halton went to East Merseyside. 2013: one part
# of PL122 has no note. 2016: eleven districts of Northern Ireland took over from four regions. 2021: merged
# in 2018, under a code that the workbook misprints.
SILENT: dict[int, Pairs] = {
    2010: {"UKD21": {"UKD61", "UKD71"}},
    2013: {"PL122": {"PL12B", "PL12D", "PL12E"}},
    2016: {
        "UKN02": {"UKN09", "UKN13", "UKN14", "UKN15"},
        "UKN03": {"UKN07", "UKN08", "UKN09", "UKN13", "UKN15"},
        "UKN04": {"UKN10", "UKN12"},
        "UKN05": {"UKN07", "UKN08", "UKN11", "UKN16"},
    },
    2021: {"NO061": {"NO060"}, "NO062": {"NO060"}},
}

# New in 2024 under another name. Shares: inhabitants (Portugal: 2021, Norway: 2024) or area (Latvia).
NEW_IN_2024: dict[str, tuple[str, Share]] = {
    "DEG0N": ("whole", {"DEG0R": 1.0}),
    "LV007": ("area", {"LV00A": 0.31, "LV00B": 0.24, "LV00C": 0.45}),
    "PT170": ("population", {"PT1A0": 0.72, "PT1B0": 0.28}),
    "NO082": ("population", {"NO083": 0.24, "NO084": 0.55, "NO085": 0.21}),
    "NO091": ("population", {"NO093": 0.59, "NO094": 0.41}),
    "NO074": ("population", {"NO072": 0.69, "NO073": 0.31}),
}


def pairs_of_sheet(rows: Iterable[list[str]], old: set[str], new: set[str]) -> Pairs:
    """Old code -> new codes, as far as one sheet of a correspondence workbook tells."""
    found: Pairs = defaultdict(set)
    for before, after, _, change, explanation in rows:
        before, after = (code.removesuffix("(part)").strip() for code in (before, after))
        for one, heir in links(before, after, change, explanation, old, new):
            found[one].add(heir)
    return found


class Transition:
    """From one version to the next: ``shares[old] = (basis, {new: share})`` for each code that went."""

    def __init__(self, old: set[str], new: set[str], workers: dict[str, float]) -> None:
        self.old, self.new, self.workers = old, new, workers
        stayed = {code[:2] for code in old & new}
        self.gone = {code for code in old - new if code[:2] in stayed and not code.endswith("Z")}
        self.came = {code for code in new - old if code[:2] in stayed and not code.endswith("Z")}
        self.shares: dict[str, tuple[str, Share]] = {}

    def learn(self, pairs: Pairs) -> None:
        """Take pairs of codes; shares by persons employed when every new region lies in one old one."""
        origins: Pairs = defaultdict(set)
        for before, heirs in pairs.items():
            for heir in heirs:
                origins[heir].add(before)
        for before in sorted(self.gone & pairs.keys()):
            heirs = sorted(pairs[before])
            if len(heirs) == 1:
                self.shares[before] = ("whole", {heirs[0]: 1.0})
                continue
            weights = [self.workers.get(heir) for heir in heirs]
            if all(weights) and all(len(origins[heir]) == 1 for heir in heirs):
                self.shares[before] = ("employment", _normal(dict(zip(heirs, weights, strict=True))))
            else:
                self.shares[before] = ("equal", _normal(dict.fromkeys(heirs, 1.0)))

    def measure(self, overlap: Callable[[str, Iterable[str]], Share]) -> None:
        """Shares of the area, from boundaries of both versions, for the small regions that went."""
        for before in sorted(code for code in self.gone if len(code) == 5):
            heirs = {code for code in self.new if len(code) == 5 and code[:2] == before[:2]}
            parts = {code: share for code, share in overlap(before, heirs).items() if share >= 0.03}
            if parts:
                self.shares[before] = ("whole" if len(parts) == 1 else "area", _normal(parts))

    def climb(self) -> None:
        """Larger regions that went: the sum of what became of their parts."""
        for length in (4, 3):
            for before in sorted(code for code in self.gone if len(code) == length):
                parts = sorted(code for code in self.old if code[:length] == before and len(code) == 5)
                total = self._sum_of_parts([part for part in parts if not part.endswith("Z")], length)
                if total:
                    self.shares[before] = total

    def _sum_of_parts(self, parts: list[str], length: int) -> tuple[str, Share] | None:
        weights = {part: self._workers_in(part) for part in parts}
        known = all(weights.values())
        total: Share = defaultdict(float)
        for part in parts:
            share = {part: 1.0} if part in self.new else self.shares.get(part, ("", {}))[1]
            for heir, fraction in share.items():
                total[heir[:length]] += fraction * (weights[part] if known else 1.0)
        if not total or not total.keys() <= self.new:
            return None
        basis = "whole" if len(total) == 1 else "employment" if known else "parts"
        return basis, _normal(dict(total))

    def _workers_in(self, part: str) -> float:
        heirs = self.shares.get(part, ("", {part: 1.0}))[1]
        return self.workers.get(part) or sum(self.workers.get(heir, 0.0) for heir in heirs)

    def rows(self, kinds: dict[str, str]) -> list[tuple[str, str, str, str, str]]:
        """Rows old code, new code, change, share, basis; codes that are new from nothing have no old one."""
        rows, heirs = [], defaultdict(list)
        for before, (_, share) in self.shares.items():
            for heir in share:
                heirs[heir].append(before)
        for before in sorted(self.gone):
            basis, share = self.shares.get(before, ("", {}))
            if not share:
                rows.append((before, "", "discontinued", "", ""))
            for heir, fraction in sorted(share.items()):
                change = _change(kinds.get(before, ""), len(share), len(heirs[heir]))
                rows.append((before, heir, change, f"{fraction:.3f}".rstrip("0").rstrip("."), basis))
        return rows + [("", code, "new", "", "") for code in sorted(self.came - heirs.keys())]


def _change(remark: str, n_heirs: int, n_origins: int) -> str:
    if "boundary" in remark.lower():
        return "boundary shift"
    if n_heirs > 1:
        return "split"
    return "merged" if n_origins > 1 else "recoded"


def _normal(weights: Share) -> Share:
    """Shares rounded to three digits that still sum to one (the largest takes the rest)."""
    total = sum(weights.values())
    shares = {code: round(weight / total, 3) for code, weight in weights.items()}
    largest = max(sorted(shares), key=shares.__getitem__)
    shares[largest] = round(shares[largest] + 1 - sum(shares.values()), 3)
    return shares
