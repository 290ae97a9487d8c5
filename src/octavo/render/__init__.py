"""Values to text or bytes: formulas, code, images, templates, whole pages. Nothing in here reads or writes a file."""
