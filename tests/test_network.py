"""Promise 30: no network but what the profile names."""

import os
import socket
import subprocess
import sys
import threading

import pytest

from mmrag import config, network


def forbidden(code, **environment):
    """Run code with a forbidden network; what it prints."""
    run = subprocess.run(
        [sys.executable, "-c", f"from mmrag import network; network.forbid()\n{code}"],
        capture_output=True,
        text=True,
        env=os.environ | environment,
    )
    return run.stdout + run.stderr


@pytest.mark.promise(30)
@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('192.0.2.1', 80), 1)",
        "import socket; socket.create_connection(('example.org', 80), 1)",
        "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "import socket; socket.socket(socket.AF_INET6).connect(('2001:db8::1', 80))",
        "import socket; socket.gethostbyname('example.org')",
        "import socket; socket.gethostbyname_ex('example.org')",
        "import socket; socket.gethostbyaddr('192.0.2.1')",
        "import socket; socket.getnameinfo(('192.0.2.1', 80), 0)",
        "import urllib.request; urllib.request.urlopen('http://192.0.2.1/')",
        "import huggingface_hub; huggingface_hub.get_session().get('https://huggingface.co/a')",
    ],
)
def test_a_connection_beyond_this_machine_is_refused(attempt):
    told = forbidden(attempt, HF_HUB_OFFLINE="0", no_proxy="*", NO_PROXY="*")
    assert "offline: a connection to" in told


def test_names_of_this_machine_are_found():
    told = forbidden(
        "import socket; print(socket.gethostbyname('localhost'), socket.getfqdn() != '')\n"
        "print(socket.getnameinfo(('127.0.0.1', 80), socket.NI_NUMERICHOST)[0])"
    )
    assert told == "127.0.0.1 True\n127.0.0.1\n"


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        threading.Thread(target=lambda: server.accept()[0].close(), daemon=True).start()
        told = forbidden(
            f"import socket; socket.create_connection(('localhost', {port}), 5); print('reached')"
        )
    assert told == "reached\n"


def test_the_tests_themselves_cannot_leave_this_machine():
    with pytest.raises(network.NetworkForbidden):
        socket.create_connection(("192.0.2.1", 80), 1)


@pytest.mark.promise(30)
@pytest.mark.parametrize(("value", "offline"), [("", False), ("0", False), ("1", True)])
def test_the_environment_makes_every_profile_offline(tmp_path, monkeypatch, value, offline):
    (tmp_path / "online.toml").write_text("offline = false\n")
    monkeypatch.setenv(network.OFFLINE, value)
    assert config.load(str(tmp_path / "online.toml")).offline == offline


def test_the_command_line_enforces_it(tmp_path):
    """A profile that names a server elsewhere is refused, and nothing is sent."""
    (tmp_path / "away.toml").write_text(
        'offline = false\n[vlm]\nbackend = "server"\nbase_url = "http://192.0.2.1/v1"\n'
        'model = "m"\n[answer]\nby = "vlm"\n'
        '[text]\nbackend = "sentence-transformers"\nmodel = "nowhere"\n'  # nothing to try
    )
    arguments = ["--offline", "doctor", "--profile", str(tmp_path / "away.toml"), "--json"]
    run = subprocess.run(
        [sys.executable, "-m", "mmrag", *arguments], capture_output=True, text=True
    )
    assert "offline" in run.stdout + run.stderr


@pytest.mark.promise(30)
@pytest.mark.skipif(sys.platform != "linux", reason="counts threads in /proc")
def test_onnx_runtime_tells_nobody_what_it_is_used_for(tmp_path):
    """What it would send lies in a file of the user's first, and a thread sends it."""
    code = (
        "import mmrag, onnxruntime, os; from pathlib import Path\n"
        "from rapidocr import __file__ as at\n"
        "options = onnxruntime.SessionOptions(); options.intra_op_num_threads = 1\n"
        "model = next(Path(at).with_name('models').glob('*_cls_*.onnx'))\n"
        "session = onnxruntime.InferenceSession(model, options)\n"
        "print(len(os.listdir('/proc/self/task')))"
    )
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # those of other libraries
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | home | threads | {"ORT_DISABLE_TELEMETRY": "0"},
    )
    assert run.stdout == "1\n", run.stderr
    assert list(tmp_path.rglob("*onnxruntime*")) == []
