"""Faults: each test is a pair, with the protection and with it removed."""
