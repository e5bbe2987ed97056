"""What can be put under test: Bespoke itself, chat models, LangChain runnables, functions."""
