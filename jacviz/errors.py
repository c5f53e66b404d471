"""The errors that jacviz raises on purpose: each says what it expected and what it got."""


class JacvizError(Exception):
    """Base of all errors of jacviz; the command line prints it without a traceback."""


class InputError(JacvizError, ValueError):
    """Raised for invalid input: a wrong shape, dtype, range, name or file."""


class AssetError(JacvizError):
    """Raised where a file that jacviz ships, or was told to use, is missing or damaged."""
