"""Today: what must ship, what is late, what leaves tonight, what needs you."""
