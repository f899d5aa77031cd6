"""Entries and exits of regions, and how well density foretold them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import complexity, entry_exit, entry_prediction
from tests.observatory.complexity.trade import frame, long, made_up
from tests.support.engines import ENGINES, Engine, all_alike


def _two_years(regions: int = 12, industries: int = 7) -> dict[str, list[object]]:
    before, after = long(made_up(regions, industries, seed=1)), long(made_up(regions, industries, seed=2))
    given = {name: before[name] + after[name] for name in before}
    return given | {"period": [2012] * (regions * industries) + [2015] * (regions * industries)}


def test_same_answer(engine: Engine) -> None:
    given = _two_years()
    wanted = entry_exit(ENGINES["polars"].frame(given)).to_dicts()
    all_alike(engine.rows(entry_exit(engine.frame(given))), wanted, "region", "industry")


def test_same_prediction(engine: Engine) -> None:
    wanted = entry_prediction(entry_exit(ENGINES["polars"].frame(_two_years())), permutations=20)
    found = entry_prediction(entry_exit(engine.frame(_two_years())), permutations=20)
    all_alike(engine.rows(found.summary), wanted.summary.to_dicts(), "opportunities")
    all_alike(engine.rows(found.groups), wanted.groups.to_dicts(), "group")


def test_outcomes_are_those_of_the_two_years() -> None:
    data = pl.DataFrame(_two_years())
    both = complexity(data, period="period").cells
    mcp = both.pivot("period", index=["region", "industry"], values="mcp")
    found = entry_exit(data).join(mcp, on=["region", "industry"])
    wanted = pl.concat_str("2012", "2015").replace_strict(
        {"00": "absent", "01": "entry", "10": "exit", "11": "kept"}
    )
    assert found.select((wanted == pl.col("entry_exit")).all()).item()
    density = both.filter(pl.col("period") == 2012).select("region", "industry", wanted="density")
    joined = found.join(density, on=["region", "industry"])
    np.testing.assert_allclose(joined["density"], joined["wanted"], atol=1e-12)


def test_what_is_counted_in_one_year_only_is_no_change() -> None:
    data = pl.DataFrame(_two_years())
    late = data.filter((pl.col("period") == 2015) | ~pl.col("region").is_in(["R003"]))
    gone = late.with_columns(
        value=pl.when((pl.col("industry") == "I002") & (pl.col("period") == 2015))
        .then(0.0)
        .otherwise("value")
    )
    found = entry_exit(gone)
    assert "R003" not in found["region"]
    assert "I002" not in found["industry"]
    assert found.height == 11 * 6


def test_periods_may_be_chosen() -> None:
    data = pl.DataFrame(_two_years())
    three = pl.concat(
        [data, data.filter(pl.col("period") == 2012).with_columns(period=pl.lit(2013, pl.Int64))]
    )
    assert set(entry_exit(three, end=2013)["entry_exit"]) == {"absent", "kept"}
    with pytest.raises(UsageError, match=r"no period 2011.*there is: 2012, 2013, 2015"):
        entry_exit(three, start=2011)
    with pytest.raises(UsageError, match="not before"):
        entry_exit(three, start=2015, end=2012)


def test_one_period_or_none_gives_no_rows(engine: Engine) -> None:
    one = {"region": ["A"], "industry": ["x"], "value": [1.0], "period": [2012]}
    assert engine.rows(entry_exit(engine.frame(one))) == []
    empty = engine.frame({name: [] for name in one})
    assert engine.rows(entry_exit(empty)) == []
    nothing = entry_prediction(entry_exit(empty))
    assert engine.rows(nothing.groups) == []
    assert engine.rows(nothing.summary)[0]["entries"] == 0


def _planted(strength: float, seed: int = 0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    density = random.random(4000) * 0.6
    entered = random.random(4000) < 1 / (1 + np.exp(2 - strength * density * 10))
    return pl.DataFrame(
        {
            "region": np.repeat(np.arange(80), 50),
            "density": density,
            "entry_exit": np.where(entered, "entry", "absent"),
        }
    )


def test_against_scikit_learn() -> None:
    cells = _planted(0.4)
    found = entry_prediction(cells)
    entered = (cells["entry_exit"] == "entry").to_numpy()
    assert found.auc == pytest.approx(roc_auc_score(entered, cells["density"]))
    points = cells["density"].to_numpy()[:, None] * 10
    model = LogisticRegression(C=np.inf, tol=1e-10).fit(points, entered)
    assert found.odds.ratio == pytest.approx(np.exp(model.coef_[0, 0]), rel=1e-4)


def test_a_planted_effect_is_found_within_its_interval() -> None:
    found = entry_prediction(_planted(0.4))
    assert found.odds.lower < np.exp(0.4) < found.odds.upper
    assert found.summary["p_value"].item() == pytest.approx(1 / 201)
    rates = found.groups["entry_rate"]
    assert rates.is_sorted()
    assert (found.groups["lower"] < rates).all()
    assert (rates < found.groups["upper"]).all()
    assert found.groups["opportunities"].to_list() == [800] * 5


def test_no_effect_is_not_found() -> None:
    found = entry_prediction(_planted(0.0, seed=3))
    assert found.odds.lower < 1 < found.odds.upper
    assert abs(found.auc - 0.5) < 0.03
    assert found.summary["p_value"].item() > 0.05


def test_the_baseline_keeps_that_denser_regions_enter_more() -> None:
    # Here density tells which region enters, not which industry: the AUC is high, and so is the baseline.
    random = np.random.default_rng(1)
    level = np.repeat(random.random(100), 40)
    density = level + 0.05 * random.random(4000)
    entered = random.random(4000) < level / 2
    cells = pl.DataFrame(
        {
            "region": np.repeat(np.arange(100), 40),
            "density": density,
            "entry_exit": np.where(entered, "entry", "absent"),
        }
    )
    found = entry_prediction(cells)
    assert found.auc > 0.6
    assert found.permuted.mean() == pytest.approx(found.auc, abs=0.01)


@pytest.mark.parametrize("outcome", ["entry", "absent"])
def test_without_both_outcomes_nothing_is_told(outcome: str) -> None:
    found = entry_prediction(_planted(0.4).with_columns(entry_exit=pl.lit(outcome)))
    assert found.auc is None
    assert found.odds is None
    assert found.summary["p_value"].item() is None


def test_perfect_separation_has_no_odds() -> None:
    cells = pl.DataFrame({"region": ["A"] * 4, "density": [0.1, 0.2, 0.3, 0.4]})
    found = entry_prediction(cells.with_columns(entry_exit=pl.Series(["absent", "absent", "entry", "entry"])))
    assert found.auc == 1.0
    assert found.odds is None


def test_a_wrong_column() -> None:
    with pytest.raises(InputError, match="no column 'entry_exit'"):
        entry_prediction(frame(made_up(3, 3)).rename({"value": "density"}))
