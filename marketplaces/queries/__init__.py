"""What pages ask of imports."""
