"""The site as files: terminal logs in each maker's format (a module each, named as ntc-templates does), and leases."""
