"""Checks: what a suite can look for in a reply, in its prompt, and in what became of the memory."""

from evals.checks.base import Check, Seen, check

__all__ = ["Check", "Seen", "check"]
