"""The terminal interface: widgets that take values in and post messages out."""
