"""What people see in a browser: pages their charts and the files they load; the views are collector/views/page_*.py."""
