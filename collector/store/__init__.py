"""Where everything is kept: one relational database (SQLite or PostgreSQL) and, for what is large, a folder of blobs by digest."""
