"""The guided tour: a sample project, its steps, and the answers for who has no model yet."""
