"""The clipboard of the system, beside the one that the terminal keeps: where a desktop runs, its own program takes the text.

Invariant: what is copied never waits for that program, and one that is missing, slow or broken changes nothing: the terminal has the text
by OSC 52 in any case. Over ssh the desktop is another machine's, and nothing is started.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from threading import Thread

_SECONDS = 3.0


def clipboard_command(environment: Mapping[str, str], platform: str = sys.platform) -> list[str] | None:
    """The program that fills this desktop's clipboard from its standard input, if one is installed."""
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return None
    candidates: list[list[str]] = []
    if platform == "darwin":
        candidates.append(["pbcopy"])
    if environment.get("WAYLAND_DISPLAY"):
        candidates.append(["wl-copy"])
    if environment.get("DISPLAY"):
        candidates += [["xclip", "-selection", "clipboard"], ["xsel", "--clipboard", "--input"]]
    if environment.get("WSL_DISTRO_NAME"):
        candidates.append(["clip.exe"])
    return next((one for one in candidates if shutil.which(one[0], path=environment.get("PATH"))), None)


def copy_to_system(text: str, environment: Mapping[str, str]) -> None:
    """Give the text to the desktop's clipboard, in a thread of its own."""
    command = clipboard_command(environment)
    if command is not None:
        Thread(target=_give, args=(command, text, dict(environment)), daemon=True).start()


def _give(command: list[str], text: str, environment: dict[str, str]) -> None:
    encoding = "utf-16-le" if command[0] == "clip.exe" else "utf-8"
    try:
        subprocess.run(
            command,
            input=text.encode(encoding, "replace"),
            env=environment,
            stdout=subprocess.DEVNULL,  # xclip stays behind to answer for the text: it must not hold our terminal
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return
