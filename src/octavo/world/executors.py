"""The executors that a command may name: nothing of them is imported until there is work for one."""

from __future__ import annotations

from importlib.util import find_spec
from urllib.parse import urlsplit

#: The scheme of a Dask cluster's address: ``dask://HOST:PORT``.
DASK = "dask"


class ExecutorError(Exception):
    """The workers can't be had, can't be used, or are lost; the message says what to do."""


def check_executor(url: str) -> str:
    """Return the address of a cluster's scheduler, ``tcp://HOST:PORT``. Raises `ValueError` if it can't be used."""
    parts = urlsplit(url)
    if parts.scheme != DASK:
        raise ValueError(f"'{url}' names no executor that Octavo knows; a Dask cluster is dask://HOST:8786")
    if not parts.hostname or not parts.port or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"'{url}' must name the host and port of a scheduler and nothing else: dask://HOST:8786")
    if find_spec("distributed") is None:
        raise ValueError("a Dask cluster needs Dask here as well: pip install 'octavo[dask]'")
    return f"tcp://{parts.netloc}"
