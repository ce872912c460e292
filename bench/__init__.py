"""Measurements of the portal against plainer ways to build it; see docs/bench.md."""
