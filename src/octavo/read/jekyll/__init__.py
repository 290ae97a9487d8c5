"""Sites written for Jekyll: configuration, front matter, documents, permalinks and data, as Jekyll 4 reads them."""
