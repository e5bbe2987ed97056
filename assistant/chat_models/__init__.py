"""From a model's name to a LangChain `BaseChatModel`, local or remote.

Start at `opened.py`. Nothing is re-exported here, because `bespoke --help` reads the catalogue
and must not wait for LangChain.
"""
