"""Write the contracts anew: `make contracts`."""

from infra.contracts.pages import pages


def main() -> None:
    for path, text in pages():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
