"""Write files atomically."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write every file, or raise OSError and leave existing files unchanged.

    All bytes go into temporary files in the same folders first, which then replace the named
    ones: a full disk truncates none of them.
    """
    written: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            written[path] = path.with_name(f".jacviz-{secrets.token_hex(8)}")
            with written[path].open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for path, temporary in written.items():
            temporary.replace(path)
    except BaseException:
        for temporary in written.values():
            with suppress(OSError):
                temporary.unlink()
        raise
