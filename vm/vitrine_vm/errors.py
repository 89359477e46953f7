"""The one exception that ends a command with a clear line instead of a traceback."""


class VmError(Exception):
    """Its text is one line for a person."""
