"""Where the files beside the Python code lie: app.py, assets/ and the browser's scripts.

A checkout keeps app.py and assets/ at its top level; a wheel carries them inside the package, in
`_data`.
"""

from importlib.resources import files
from pathlib import Path

_PACKAGE = Path(str(files("jacviz")))
_ROOT = _PACKAGE / "_data" if (_PACKAGE / "_data").is_dir() else _PACKAGE.parent

APP = _ROOT / "app.py"
ASSETS = _ROOT / "assets"
FRONTEND = _PACKAGE / "app" / "frontend"
