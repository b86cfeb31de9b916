"""Print every figure beside its target."""

from benchmarks import reading


def main() -> None:
    for figure in reading.figures():
        print(figure, flush=True)


if __name__ == "__main__":
    main()
