"""`python -m redeem_app` is the `redeem` command."""

from redeem_app.cli import main

if __name__ == "__main__":
    main()
