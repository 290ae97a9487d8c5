"""Style sheets in Sass, compiled by Dart Sass (``octavo[sass]``) out of the texts of the site alone."""
