"""Who answers: OpenAI-compatible endpoints, the built-in local model, and recorded sessions."""
