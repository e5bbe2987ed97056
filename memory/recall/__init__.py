"""Recall: what of a user's messages and memories matters for a text, why, and whether to say it.

Start at `recall.py`. A candidate is described by a few features, one table of weights turns them
into a score, and the gate decides what is worth a place in a prompt.
"""
