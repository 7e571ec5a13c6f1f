"""The wheel by itself: it runs from any folder, with the profiles and the schema it came with."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contents of the wheel, unpacked."""
    pytest.importorskip("hatchling", reason="the wheel is built by hatchling, which is not here")
    folder = tmp_path_factory.mktemp("wheel")
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, folder], cwd=ROOT, check=True, capture_output=True)
    (packed,) = folder.glob("*.whl")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.long
def test_the_wheel_indexes_and_answers_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    variables = {key: value for key, value in os.environ.items() if not key.startswith("MMRAG_")}
    variables |= {
        "PYTHONPATH": str(wheel),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }

    def mmrag(*arguments: object) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "mmrag", *map(str, arguments)],
            cwd=tmp_path,
            env=variables,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "Ask a folder" in mmrag("--help")
    assert str(tmp_path / "data" / "mmrag" / "default") in mmrag("--version")
    assert "llava" in mmrag("models", "list")
    mmrag("index", ROOT / "corpora" / "sample" / "docs" / "ferry-passengers-chart.png")
    assert (tmp_path / "data" / "mmrag" / "default" / "index.db").is_file()
    assert "391" in mmrag("ask", "How many passengers crossed in 2022?")
    assert "1 ok" in mmrag("status")


def test_the_wheel_holds_profiles_schema_and_the_small_encoder(wheel: Path) -> None:
    held = {str(path.relative_to(wheel)) for path in wheel.rglob("*") if path.is_file()}
    assert {
        "mmrag/configs/embedded.toml",
        "mmrag/contract.schema.json",
        "mmrag/py.typed",
        "mmrag/serve/static/htmx.LICENSE",
        "mmrag/serve/static/htmx.min.js",
        "mmrag/serve/templates/base.html",
    } <= held
    assert any(name.endswith(".safetensors") for name in held)
    code = "from mmrag import config; print(config.profiles_folder(), config.load('llava').name)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=wheel.parent,
        env={**os.environ, "PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == [str(wheel / "mmrag" / "configs"), "llava"]
