"""The formats under ``attest`` and ``verify``: canonical JSON, DSSE, statements, keys, container."""
