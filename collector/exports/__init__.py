"""One file per format that lists can be taken away in, found by being here: each has MEDIA, SUFFIX and write(table)."""
