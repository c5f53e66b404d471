"""Take the README's pictures from the running app: `python tests/browser/portrait.py`."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from jacviz.benchmarks.chromium import find_chromium
from jacviz.resources import ASSETS

from browser.conftest import launched
from browser.visitor import FOUR, Visitor
from serving import Server


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(["-m", "jacviz"], Path(folder)) as server,
        launched(find_chromium()) as chromium,
    ):
        for theme in ("light", "dark"):
            context = chromium.new_context(
                viewport={"width": 1440, "height": 900}, color_scheme=theme
            )
            visitor = Visitor.visit(context.new_page(), server.url)
            visitor.draw(FOUR)
            path = ASSETS / f"jacviz-{theme}.png"
            visitor.page.screenshot(path=path)
            print(path)


if __name__ == "__main__":
    main()
