"""How long a buyer's data may live, its destruction, and the proof of both."""
