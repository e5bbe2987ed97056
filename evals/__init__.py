"""Measuring Bespoke: every promise is a number that anybody can produce again."""
