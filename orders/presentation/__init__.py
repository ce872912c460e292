"""What the templates of orders print: frozen values, in plain words."""
