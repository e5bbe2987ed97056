"""Versioned prompt templates, and the layout of a prompt within a token budget.

Start at `templates/chat.yaml`, then `compose.py`. Nothing is re-exported, as in `memory`.
"""
