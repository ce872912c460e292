"""Writers of invented data for tests, benchmarks and the demonstration."""
