"""`python -m curette`: the same commands as `curette`."""

from curette.cli import main

if __name__ == "__main__":  # worker processes import this module and must not start the commands again
    main()
