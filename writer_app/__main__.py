"""`python -m writer_app` does what the command `writer-app` does."""

import sys

from writer_app.cli import main

if __name__ == "__main__":
    sys.exit(main())
