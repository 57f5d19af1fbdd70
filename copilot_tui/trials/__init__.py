"""Trying a model: how fast it is, and what comes of small requests put to it."""
