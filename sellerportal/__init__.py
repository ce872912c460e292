"""The composition root: settings, addresses, schedule, launcher and demo."""
