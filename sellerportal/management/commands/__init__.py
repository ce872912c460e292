"""manage.py up and manage.py provision."""
