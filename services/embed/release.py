"""`python -m services.embed.release`: keep this checkout's modules, so that pages which name them outlive the next."""

from services.embed.modules import HERE, current


def main() -> None:
    """Copy the modules as they are served into a folder of their version's name."""
    modules = current()
    folder = HERE / "released" / modules.version
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in modules.files.items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
