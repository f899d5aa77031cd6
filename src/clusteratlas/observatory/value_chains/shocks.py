"""What a fall in one cluster's output does to others: its suppliers, its customers, their countries and regions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from clusteratlas.observatory.arguments import SHARE, check, check_pairs
from clusteratlas.observatory.value_chains.linkages import Linkages


class Shocks(Linkages):
    """Propagation of shocks, suppliers and customers. See `InputOutput`."""

    def shock(self, cluster: Iterable[tuple[str, str]], *, fall: float = 0.1) -> Any:
        """What is lost elsewhere when a cluster of (country, industry) makes ``fall`` (0 to 1) less.

        ``country``, ``industry``, ``output`` and, in the table's unit,

        - ``lost_sales``: what suppliers, and theirs, sell less, because the cluster buys less (the mixed Leontief
          model, in which the cluster's output is set and all else follows);
        - ``lost_supplies``: the output of customers, and theirs, that hangs on what the cluster no longer
          delivers, if nobody else steps in (the mixed Ghosh model): an exposure, not a forecast;
        - both as shares of the industry's output, ``lost_sales_share`` and ``lost_supplies_share``.

        For the cluster's own rows both are its fall. `shock_by_region` shares the losses out to regions.
        Raises `UsageError` for names that are not there and for falls outside 0 to 1.

        Source: Miller and Blair 2009, sections 13.2 (mixed models) and 12.1.5 (Ghosh); Dietzenbacher and Miller 2015.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[0, 50, 0], [0, 0, 50], [0, 0, 0]], [50, 50, 100], industries=["ore", "steel", "cars"])
        >>> hit = io.shock([("national", "steel")], fall=0.2)
        >>> hit["lost_sales"].tolist(), hit["lost_supplies"].tolist()
        ([10.0, 20.0, 0.0], [0.0, 20.0, 10.0])
        """
        check(SHARE, fall=fall)
        cluster = cluster if isinstance(cluster, str) else list(cluster)
        check_pairs(cluster=cluster)
        places = list(dict.fromkeys(self.place(country, industry) for country, industry in cluster))
        fallen = fall * self.output[places]
        sales = self.lost_without(places, fallen)
        units = np.zeros((len(self.rows), len(places)))
        units[places, np.arange(len(places))] = 1
        rows = self.factorised.ghosh_back(units)  # a column holds the row of G
        supplies = rows @ np.linalg.solve(rows[places], fallen)
        return self.by_row(
            {
                "output": self.output,
                "lost_sales": sales,
                "lost_supplies": supplies,
                "lost_sales_share": self.known(sales * self.per_output),
                "lost_supplies_share": self.known(supplies * self.per_output),
            }
        )

    def suppliers(self, country: str, industry: str) -> Any:
        """Whom an industry buys from.

        ``country``, ``industry``, ``value`` (in the table's unit) and ``share`` of its inputs,
        the largest first; without those that sell nothing. Raises `UsageError` for names that are not there.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[0, 50, 0], [0, 0, 50], [0, 0, 0]], [50, 50, 100], industries=["ore", "steel", "cars"])
        >>> io.suppliers("national", "cars")[["industry", "value", "share"]].values.tolist()
        [['steel', 50.0, 1.0]]
        """
        return self._partners(self.flows[:, self.place(country, industry)])

    def customers(self, country: str, industry: str) -> Any:
        """Which industries buy from one: as `suppliers`; ``share`` is of its sales to industries.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[0, 50, 0], [0, 0, 50], [0, 0, 0]], [50, 50, 100], industries=["ore", "steel", "cars"])
        >>> io.customers("national", "ore")[["industry", "value", "share"]].values.tolist()
        [['steel', 50.0, 1.0]]
        """
        return self._partners(self.flows[self.place(country, industry)])

    def _partners(self, values: np.ndarray) -> Any:
        rows = np.argsort(-values, kind="stable")
        rows = rows[values[rows] > 0]
        return self.frame(
            {
                "country": self.rows.countries[rows],
                "industry": self.rows.names[rows],
                "value": values[rows],
                "share": values[rows] / values[rows].sum() if len(rows) else values[rows],
            }
        )
