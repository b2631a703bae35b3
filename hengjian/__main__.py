"""The command `hengjian`."""



def main() -> None:
    """Run the command line."""
    from hengjian.cli.app import app  # here, so that importing this module stays free of side effects

    app(prog_name="hengjian")


if __name__ == "__main__":
    main()
