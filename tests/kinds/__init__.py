"""A second kind of subject, which only tests register, goes the whole way through all services."""
