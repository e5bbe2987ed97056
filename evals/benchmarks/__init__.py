"""Benchmarks: what `bespoke eval` runs, and two that run with `python -m evals.benchmarks.NAME`."""
