"""Bytes become values: folders, files, YAML and JSON, each with the place of every defect.

The only step, with ``store``, that touches the file system, and the only one that parses. It does
not judge whether a document makes sense: that is ``validate``.
"""

__all__: list[str] = []
