"""The command `hengjian`."""


def main() -> None:
    """Run the command line."""
    from hengjian.cli.entry import run  # here, so that importing this module stays free of side effects

    run()


if __name__ == "__main__":
    main()
