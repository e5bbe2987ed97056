"""What is known about one user: messages, memories, and recall over them.

Start at `types.py`, then `vault.py`. Nothing is re-exported, so that a command that only needs a
type does not wait for the rest.
"""
