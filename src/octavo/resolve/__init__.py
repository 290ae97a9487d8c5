"""All values of the site -> what each page needs to know of the others."""
