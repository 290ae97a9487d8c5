"""Pages at old addresses, which lead to the new ones."""

from __future__ import annotations

from html import escape


def redirect_page(url: str) -> bytes:
    """Return a page that leads to an address, without a script."""
    address = escape(url)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Redirecting…</title>\n'
        f'<link rel="canonical" href="{address}">\n<meta http-equiv="refresh" content="0; url={address}">\n'
        f'<meta name="robots" content="noindex">\n</head>\n<body>\n<h1>Redirecting…</h1>\n'
        f'<p><a href="{address}">This page has moved.</a></p>\n</body>\n</html>\n'
    ).encode()
