"""One text in, one frozen value out: notes, bibliographies and configuration are parsed here."""
