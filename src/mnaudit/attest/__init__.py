"""Evidence and status become one signed file that anyone can verify.

Takes values and returns bytes; reads no clock and no folder. The same input and the same key give
the same bytes.
"""
