"""Who answers: OpenAI-compatible endpoints, the built-in local model, and recorded sessions.

In the order in which a request meets them: `call` (what is sent and what comes back), `endpoints` (the real thing: `choices`, `dialect`,
`link`, `transport`, `failures`), `local` with `library` and `install` (the built-in model), `recorded` (sessions again), `command`.
Modules are imported one by one, so that the light ones stay light.
"""
