"""Liquid as Jekyll runs it: tags, filters and includes; the only importer of python-liquid."""
