"""The local launcher: the embedded database and everything that runs beside it."""
