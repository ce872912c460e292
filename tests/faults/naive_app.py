"""The application of a naive worker: as slow, and without the protection."""

from tests.faults.slow_app import app

# Imported once Django has its models.
app.conf.imports = (*app.conf.imports, "tests.faults.naive")
