"""The errors jacviz raises on purpose: each names what was wrong and what is accepted."""


class JacvizError(Exception):
    """Anything jacviz refuses; the command line prints it without a traceback."""


class InputError(JacvizError, ValueError):
    """What was handed in cannot be used: a wrong shape, dtype, range or file."""


class AssetError(JacvizError):
    """A file that jacviz ships, or was told to use, is missing or damaged."""
