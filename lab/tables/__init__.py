"""Tables that reflect the site: one module per table, found by its name; each has `rows(site, device)`."""
