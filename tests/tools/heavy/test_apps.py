"""Tools with a screen of their own: marimo, Streamlit and Harlequin."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path

import support
from page import blocks

EXAMPLES = support.ROOT / "examples"


def test_marimo(run: Callable[..., str]) -> None:
    assert "Slipping Away" in run("marimo", "python", EXAMPLES / "marimo_app.py")
    assert blocks("marimo", "python")[0].strip() in (EXAMPLES / "marimo_app.py").read_text()


def test_streamlit(run: Callable[..., str]) -> None:
    """The page changes with the stage and with the day that are chosen; its figures are those of the functions."""
    code = f"""
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({str(EXAMPLES / "streamlit_app.py")!r}, default_timeout=120).run()
assert not app.exception, app.exception
shown = [app.metric[0].value]
app.selectbox[0].select("Lost").run()
assert not app.exception, app.exception
shown.append(app.metric[0].value)
assert len(app.dataframe[0].value) == int(shown[1]) > 0 and shown[0] != shown[1], shown
now = app.metric[1].value
assert len(app.dataframe[1].value) == 4 and app.dataframe[1].value.sum().sum() > 0
import datetime
app.slider[0].set_value(datetime.date(2024, 12, 31)).run()
assert not app.exception, app.exception
import audience
con = audience.connect()
con.execute("CREATE TABLE orders AS FROM audience.demo_orders()")
known = con.execute("SELECT count(*) FROM audience.customers('orders', customer_id, order_date, amount, as_of := DATE '2024-12-31')").fetchone()[0]
assert app.metric[1].value == f"{{known:,}}" != now, (app.metric[1].value, known, now)
"""
    run("streamlit", "python", "-c", code)
    assert blocks("Streamlit", "python")[0].strip() in (EXAMPLES / "streamlit_app.py").read_text()


def test_harlequin(package: Path, tmp_path: Path) -> None:
    """In a terminal: the tree of catalogs shows ours, so the command of the page has loaded it."""
    environment = os.environ | {
        "AUDIENCE_EXTENSION": str(package / "audience/audience.duckdb_extension"),
        "PATH": f"{support.ROOT}/build/venv/harlequin/bin:{os.environ['PATH']}",
        "HOME": str(tmp_path), "TERM": "xterm-256color",
    }  # fmt: skip
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 48, 160, 0, 0))
    command = blocks("Harlequin", "sh")[0]
    program = subprocess.Popen(command, shell=True, cwd=tmp_path, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    shown, end = b"", time.monotonic() + 60
    try:
        while b"audience" not in shown and time.monotonic() < end and program.poll() is None:
            if select.select([ours], [], [], 1)[0]:
                shown += os.read(ours, 65536)
    finally:
        os.killpg(program.pid, 9)
        program.wait()
    assert b"audience" in shown, shown[-2000:].decode(errors="replace")
