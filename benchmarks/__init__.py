"""Speed, as ratios against named baselines in the same run: `python -m benchmarks` runs them all."""
