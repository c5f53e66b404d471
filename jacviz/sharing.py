"""Alias of `jacviz.export.link_codec`, for scripts exported by jacviz 0.1."""

from jacviz.export.link_codec import decode, encode

__all__ = ["decode", "encode"]
