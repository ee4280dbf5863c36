"""`python -m flows.cli`: the command `understory` without its console script."""

from flows.cli.app import main

if __name__ == "__main__":
    main()
