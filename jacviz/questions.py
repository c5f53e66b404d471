"""Alias of `jacviz.explain`, for scripts exported by jacviz 0.1."""

from jacviz import explain

__all__ = list(explain.__all__)
globals().update({name: getattr(explain, name) for name in __all__})
