"""Runs each argument as a cell of a notebook, with IPython's magics, and fails with the first that fails."""

import sys

from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
for cell in sys.argv[1:]:
    shell.run_cell(cell, store_history=True).raise_error()
