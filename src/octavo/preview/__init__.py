"""The preview: a site built in memory, served on this machine, and built again when a file changes."""
