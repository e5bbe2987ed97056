"""Suites: what to ask an assistant, as whom, in which arms, and what to look for in its replies."""
