"""jekyll-scholar's tags, its query language and its configuration, each text to one value."""
