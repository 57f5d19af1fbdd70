"""What may change: levels, scope, admission and grants. Pure values, no input or output."""
