"""The demo: invented shops, told through the same doors as real ones."""
