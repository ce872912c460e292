"""Pages about people, put together from what the queries know."""
