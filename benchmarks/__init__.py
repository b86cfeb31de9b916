"""Speed, shown as ratios against a floor measured in the same run: `uv run python -m benchmarks`."""
