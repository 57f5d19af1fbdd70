"""The face without a terminal: every command reads session events and prints text or JSON."""
