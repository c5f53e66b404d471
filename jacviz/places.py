"""Where the files outside the package lie.

A checkout keeps app.py and assets/ at its top level; a wheel carries them inside the package.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_HOME = _PACKAGE if (_PACKAGE / "assets").is_dir() else _PACKAGE.parent

APP = _HOME / "app.py"
ASSETS = _HOME / "assets"
