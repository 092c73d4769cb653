"""Pure: render(report) gives bytes; one file per format."""
