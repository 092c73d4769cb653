"""render(filing) gives bytes; one file per legal form."""
