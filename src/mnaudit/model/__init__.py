"""The nouns: frozen, closed values without input or output.

Import from the modules (``mnaudit.model.assessment``): this package itself imports nothing, so
that a command loads pydantic only when it needs it.
"""
