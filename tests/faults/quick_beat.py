"""The portal's Celery application with an impatient schedule: sweep, sweep, sweep."""

from sellerportal.celery import app

app.conf.beat_schedule = {"sweep": {"task": "compliance.sweep", "schedule": 0.3}}
app.conf.beat_max_loop_interval = 0.3
