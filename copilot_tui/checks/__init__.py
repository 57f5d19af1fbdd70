"""What a machine can verify in a change set before a person reads it."""
