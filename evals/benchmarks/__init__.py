"""Benchmarks: run one with `python -m evals.benchmarks.NAME`. They print what they measured."""
