"""Octavo: a static site generator for scholarly notes."""

__version__ = "0.1.0"
