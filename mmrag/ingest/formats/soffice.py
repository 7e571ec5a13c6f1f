"""LibreOffice as a converter: in a process with limits, without network, macros or links.

It has a profile of its own that is made for each file and thrown away with it.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from mmrag.errors import DocumentError

ADVICE = "install LibreOffice (`apt-get install libreoffice-nogui`) and run with --retry-failed"
LIMIT_S = 120.0
"""Longest time for one file; chosen by hand: a report of 300 pages takes some 20 s."""
OLDEST = (7, 4)
"""Version from which it takes options of an export as JSON (release notes of LibreOffice 7.4)."""
_PRODUCT = re.compile(r"^ProductKey=(.*?)\s*(\d+)\.(\d+)", re.MULTILINE)
_AGAIN = 81  # exit code: it has made its profile, and wants to be started again
_TICK_S = 0.2  # how often a conversion is looked at
_BOOT = "from mmrag.ingest.sandbox.confined import main; main()"
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop>
</item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>1</value></prop>
</item>
</oor:items>
"""
"""Settings: no macro runs, nothing is loaded from elsewhere (officecfg of LibreOffice)."""


def program() -> Path | None:
    """Where LibreOffice is; its own binary, since what starts it would outlive a kill."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        return None
    binary = Path(found).resolve().with_name("soffice.bin")
    return binary if binary.is_file() else Path(found)


def outdated(binary: Path) -> str:
    """What it says that it is, where that is another program, or older than `OLDEST`; else ""."""
    try:
        told = binary.with_name("bootstraprc").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    found = _PRODUCT.search(told)
    if found is None or (
        found[1].startswith("LibreOffice") and (int(found[2]), int(found[3])) >= OLDEST
    ):
        return ""
    return f"{found[1]} {found[2]}.{found[3]}".strip()


def lacks_formulas(binary: Path) -> bool:
    """Whether it has not its part for formulas, which then stand on no page (Linux)."""
    parts = binary.parent
    return (parts / "libswlo.so").is_file() and not (parts / "libsmlo.so").is_file()


def newer_is_needed(program: str) -> str:
    """What to say of a program that is `outdated`."""
    return f"this is {program}, and LibreOffice {OLDEST[0]}.{OLDEST[1]} or newer is needed"


def converted(path: Path, suffix: str, to: str, folder: Path, on_wait: Callable[[], None]) -> Path:
    """The file, which is of the kind of `suffix`, in another format, `to`, in an empty folder.

    `on_wait` is called now and then meanwhile. Raises `DocumentError` where there is no
    LibreOffice, or it fails, hangs, or makes nothing.
    """
    binary = program()
    if binary is None:
        raise DocumentError(f"to be read it needs LibreOffice: {ADVICE}")
    source = folder / f"document{suffix}"
    shutil.copyfile(path, source)
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    out = folder / "out"
    out.mkdir()
    command = [
        sys.executable, "-P", "-c", _BOOT, str(os.getpid()),
        str(binary), "--headless", "--norestore", "--nolockcheck", "--nologo", "--nodefault",
        f"-env:UserInstallation={profile.parent.as_uri()}",
        "--convert-to", to, "--outdir", str(out), str(source),
    ]  # fmt: skip
    end = time.monotonic() + LIMIT_S
    while _run(command, folder, end, on_wait) == _AGAIN:
        pass
    made = out / f"document.{to.partition(':')[0]}"
    if not made.is_file():
        old = outdated(binary)
        why = newer_is_needed(old) if old else "it is damaged, or has a password"
        raise DocumentError(f"LibreOffice makes nothing of it: {why}")
    return made


def _run(command: list[str], folder: Path, end: float, on_wait: Callable[[], None]) -> int:
    """The exit code. Raises `DocumentError` where it crashes, or has not ended by `end`."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        },
        start_new_session=True,
    )
    try:
        while (code := process.poll()) is None:
            if time.monotonic() > end:
                raise DocumentError(f"LibreOffice did not convert it in {LIMIT_S:g} s")
            on_wait()
            time.sleep(_TICK_S)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if code < 0:
        raise DocumentError(f"LibreOffice crashed on it (signal {-code})")
    return code
