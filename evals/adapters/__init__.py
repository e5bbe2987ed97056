"""Suites made from a user's own copy of a public data set."""
