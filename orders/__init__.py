"""Orders, recipients, shipments: what was bought and for whom."""
