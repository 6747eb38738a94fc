"""Is the input of the shape that it must have? Documents, controls, and the schemas themselves.

Judges no content: whether evidence is fresh or complete is for ``assess``.
"""
