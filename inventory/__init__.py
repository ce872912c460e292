"""Products, listings and stock; no personal data by rule."""
