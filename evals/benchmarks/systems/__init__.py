"""Bespoke and what it is compared with, behind one small interface."""
