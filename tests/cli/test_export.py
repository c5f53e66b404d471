"""`jacviz export`: what it writes, and what it refuses to overwrite."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jacviz.cli.export import command
from jacviz.errors import InputError
from jacviz.models import registry
from jacviz.models.model import Model
from jacviz.models.shipped import READABLE, STANDARD

from shapes import shapes

MEGABYTE = 1e6
MEBIBYTE = 2**20


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("export") / "new" / "page"
    return folder, run(folder)


def test_the_page_is_below_6_mb_with_plotly_and_a_model(tmp_path: Path) -> None:
    result = run(tmp_path / "page", "--model", STANDARD)
    size = sum(map(len, files(tmp_path / "page").values()))
    assert size < 6 * MEGABYTE
    assert f"{size / MEGABYTE:.2f} MB" in result.output


def test_both_models_fit_6_mib(both: tuple[Path, Result]) -> None:
    folder, result = both
    assert result.exit_code == 0, result.output
    assert sum(map(len, files(folder).values())) < 6 * MEBIBYTE
    assert {f"models/{name}.json" for name in (STANDARD, READABLE)} <= files(folder).keys()


def test_whatever_a_file_leads_to_is_there_and_nothing_leads_outside(
    both: tuple[Path, Result],
) -> None:
    folder, _ = both
    text = {name: content.decode() for name, content in files(folder).items() if _is_text(name)}
    leads = re.compile(r'(?:href|src)="([^"]+)"|^(?:import .*|\} )from "([^"]+)"', re.MULTILINE)
    for name, content in text.items():
        for found in leads.findall(content):
            target = "".join(found)
            if not target.startswith("data:"):
                assert (folder / name).parent.joinpath(target).resolve().is_relative_to(folder)
                assert (folder / name).parent.joinpath(target).is_file(), (name, target)
    for model in (STANDARD, READABLE):
        for file in json.loads(text[f"models/{model}.json"])["files"].values():
            assert (folder / "models" / file).is_file()


def _is_text(name: str) -> bool:
    return name != "plotly.min.js" and Path(name).suffix in {".html", ".js", ".json", ".css"}


def test_it_offers_only_what_the_browser_computes(tmp_path: Path) -> None:
    run(tmp_path, "--model", READABLE)
    settings = json.loads((tmp_path / "page.json").read_bytes())["settings"]
    offered = {name: [value for value, _ in row["options"]] for name, row in settings.items()}
    assert offered["network"] == [READABLE]
    assert offered["method"] == ["gradient", "gradient-x-ink"]
    assert offered["tool"] == ["maps", "pixel", "what-if", "versus"]
    assert settings["network"]["value"] == settings["network"]["default"] == READABLE


def test_a_second_export_replaces_the_first_and_nothing_else(tmp_path: Path) -> None:
    assert run(tmp_path, "--model", READABLE).exit_code == 0
    (tmp_path / "CNAME").write_text("maps.example.org")
    result = run(tmp_path, "--model", STANDARD)
    assert result.exit_code == 0, result.output
    assert not list(tmp_path.glob(f"models/{READABLE}*"))
    assert (tmp_path / "CNAME").read_text() == "maps.example.org"


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    result = run(tmp_path, "--model", STANDARD)
    assert isinstance(result.exception, InputError)
    assert f"expected an empty or new folder, got {tmp_path}" in str(result.exception)
    assert files(tmp_path) == {"thesis.txt": b"mine"}


def test_a_record_that_leads_outside_deletes_nothing(tmp_path: Path) -> None:
    outside = tmp_path / "mine.txt"
    outside.write_text("mine")
    folder = tmp_path / "page"
    folder.mkdir()
    record = {"files": ["../mine.txt", str(outside)]}
    (folder / "jacviz-export.json").write_text(json.dumps(record))
    assert run(folder, "--model", STANDARD).exit_code == 0
    assert outside.read_text() == "mine"


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page").write_text("mine")
    result = run(tmp_path / "page", "--model", STANDARD)
    assert isinstance(result.exception, InputError)
    assert (tmp_path / "page").read_text() == "mine"


def test_models_that_browsers_cannot_run_are_left_out_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = {}
    for name, preprocess in (("shapes", None), ("own", lambda ink: ink)):
        fields = {**vars(shapes()), "name": name, "preprocess": preprocess, "title": name}
        others[name] = Model(**{k: v for k, v in fields.items() if not k.startswith("_")})
    monkeypatch.setattr(registry, "_MODELS", others)
    result = run(tmp_path)
    assert result.exit_code == 0, result.output
    assert "Left out: model 'own': expected preprocess to be jacviz.frame or None" in result.output
    assert (tmp_path / "models" / "shapes.json").is_file()
    refused = run(tmp_path / "other", "--model", "own")
    assert isinstance(refused.exception, InputError)


def test_from_a_shell_errors_are_one_line_and_status_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jacviz", "export", "page", "--model", "unknown"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines() == [done.stderr.strip()]
    assert "expected a model's name, one of standard, readable, got 'unknown'" in done.stderr
    assert not (tmp_path / "page").exists()
