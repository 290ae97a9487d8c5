"""The syntax of kramdown where it differs from CommonMark's: one syntax, one file, as in the room around this one."""
