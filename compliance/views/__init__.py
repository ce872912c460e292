"""Pages of buyer data: one module a page."""
