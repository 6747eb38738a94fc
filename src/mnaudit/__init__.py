"""mnaudit: evidence about the handling of Individual Numbers, judged and signed.

The path of data is ``load → validate → assess → gate | attest | report``, and ``verify`` for the
other side. Each step is a package or module of that name, and none imports another; ``pipeline``
joins them. This module imports nothing, so that every command starts fast.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
