"""The command line: one verb a command. Heavy libraries are loaded by the command that needs them.

Public face: `main`, `app`.
"""

from __future__ import annotations

import sys

from clusteratlas.cli.app import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line; a user's mistake ends with its message and its exit code, never with a traceback."""
    from clusteratlas.errors import ClusteratlasError

    try:
        app()
    except ClusteratlasError as mistake:
        print(f"clusteratlas: {mistake}", file=sys.stderr)
        sys.exit(mistake.exit_code)
    except KeyboardInterrupt:
        print("clusteratlas: interrupted; what was finished is kept", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
