"""Write the template of the stack `monitoring`."""

from infra.monitoring import stack


def main() -> None:
    stack.FILE.write_text(stack.text())


if __name__ == "__main__":
    main()
