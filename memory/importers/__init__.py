"""Readers of what other programs keep: ChatGPT, Claude, OpenAI, LangChain, JSON Lines.

`base.py` has what they share, `source.py` opens files, `reading.py` tells formats apart.
"""
