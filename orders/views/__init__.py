"""Pages of orders: one module a kind of page."""
