"""What README and the page on servers say of the server, done to a server."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "mmrag/serve/README.md"]
ADDRESS = "http://127.0.0.1:8640"
TEXT = "".join(page.read_text(encoding="utf-8") for page in PAGES)
BLOCKS = re.findall(r"^```(\w+) server\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def curl(served, arguments: list[str]) -> bytes:
    """The body of what `curl` would ask for."""
    [url] = [each for each in arguments if each.startswith(ADDRESS)]
    url = url.replace(ADDRESS, served.url)
    if "-d" not in arguments:
        ran = served.client.get(url)
    else:
        header = arguments[arguments.index("-H") + 1].partition(": ")
        body = arguments[arguments.index("-d") + 1]
        ran = served.client.post(url, content=body, headers={header[0]: header[2]})
    assert ran.status_code == 200, (arguments, ran.text)
    return ran.content


def test_what_the_readme_asks_of_a_server_is_answered(
    mmrag: Callable,
    serving: Callable,
    sample_index: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "default").symlink_to(sample_index)
    served = serving([tmp_path / "default"])
    assert len(BLOCKS) == 3
    for language, code in BLOCKS:
        if language == "python":
            exec(compile(code.replace(ADDRESS, served.url), "README.md", "exec"), {})
            told = capsys.readouterr().out
            assert "85.5" in told
            assert f"{served.url}/i/default/e/" in told
            continue
        for line in code.splitlines():
            program, *arguments = shlex.split(line)
            if program == "curl":
                assert curl(served, arguments)
                continue
            ran = mmrag(*(each.replace(ADDRESS, served.url) for each in arguments))
            assert ran.code == 0, ran.err
            assert ran.out
