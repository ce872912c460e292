"""The application of a naive worker: the same tasks, without the protection."""

from sellerportal.celery import app

# Imported once Django has its models.
app.conf.imports = (*app.conf.imports, "tests.faults.naive")
