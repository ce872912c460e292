"""Simulations: many days in a moment, and nobody at home for some of them."""
