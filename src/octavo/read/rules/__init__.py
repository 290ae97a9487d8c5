"""The dialect of notes: one syntax, one file, one ``install`` that adds it to a parser."""
