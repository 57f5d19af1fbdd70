"""Drives one request through the rooms and yields typed events."""
