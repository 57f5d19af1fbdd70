"""What the answer means: from a model's text to file content, or a refusal with its reason."""
