"""The command line: `nhacviec`. Without a token it opens the local web chat on a sample office; with one it runs the
bot."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from lang.text import _

cli = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Nhắc Việc: nhắc việc và thời hạn cho cơ quan, trên Telegram, Zalo và tại chỗ.",
)


def main() -> None:
    """The program `nhacviec`."""
    cli()


@cli.callback(invoke_without_command=True)
def start(context: typer.Context) -> None:
    """Không có token: mở hội thoại thử trên máy này. Có TELEGRAM_TOKEN hay ZALO_TOKEN trong .env: chạy trên đó."""
    if context.invoked_subcommand is not None:
        return
    from bot import service
    from bot.messengers import used

    settings = service.settings_or_exit()
    if used(settings):
        service.run(settings)
    else:
        service.web(settings)


@cli.command()
def run() -> None:
    """Chạy bot trên Telegram, trên Zalo, hay trên cả hai."""
    from bot import service

    service.run(service.settings_or_exit())


@cli.command()
def web(
    port: Annotated[int | None, typer.Option(help="cổng trên máy này")] = None,
    zalo: Annotated[bool, typer.Option("--zalo", help="xem như cơ quan dùng Zalo")] = False,
) -> None:
    """Mở hội thoại thử trong trình duyệt, với cơ quan mẫu."""
    from bot import service

    service.web(service.settings_or_exit(), port, zalo)


@cli.command()
def chat(name: Annotated[str, typer.Option("--as", help="nói với tư cách ai")] = "Lan") -> None:
    """Nói chuyện ngay trong cửa sổ dòng lệnh, với cơ quan mẫu."""
    from bot import service

    service.chat(service.settings_or_exit(), name)


@cli.command()
def read(
    file: Annotated[Path, typer.Argument(help="tệp kế hoạch")],
    year: Annotated[int | None, typer.Option(help="năm của kế hoạch")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="in theo lược đồ plan-expected/1")] = False,
) -> None:
    """Cho biết một kế hoạch nói gì; không lưu gì."""
    from bot.read_plan import show

    code, text = show(file, year, as_json)
    print(text, file=sys.stderr if code else sys.stdout)
    raise typer.Exit(code)


@cli.command()
def when(
    phrase: Annotated[str, typer.Argument(help="cụm chỉ thời gian")] = "",
    year: Annotated[int | None, typer.Option(help="năm của kế hoạch")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    batch: Annotated[bool, typer.Option(help="đọc từng dòng JSON {phrase, year} từ đầu vào")] = False,
) -> None:
    """Cho biết một cụm chỉ thời gian được hiểu thế nào."""
    from bot import when as phrases

    if batch:
        phrases.batch(sys.stdin, sys.stdout)
        return
    if not phrase or year is None:
        print(_('Cần một cụm và năm: nhacviec when "Quý II" --year 2023'), file=sys.stderr)
        raise typer.Exit(2)
    print(phrases.show(phrase, year, as_json))


@cli.command()
def play(
    files: Annotated[list[Path], typer.Argument(help="tệp hội thoại")],
    db: Annotated[str | None, typer.Option(help="cơ sở dữ liệu trống để chơi trong đó")] = None,
    record: Annotated[bool, typer.Option("--record", help="ghi những gì bot nói vào tệp")] = False,
) -> None:
    """Chơi lại tệp hội thoại trong một cơ quan mới; khác với tệp thì in chỗ khác và thoát với mã 1."""
    from bot.rehearse import rehearse

    raise typer.Exit(max(rehearse(file, db, record) for file in files))


@cli.command()
def doctor() -> None:
    """Kiểm tra cài đặt, cơ sở dữ liệu, token, đồng hồ, các nhóm; có trục trặc thì thoát với mã 1."""
    from bot import service
    from bot.doctor import examine

    raise typer.Exit(asyncio.run(examine(service.settings_or_exit())))


@cli.command(name="zalo-check")
def ask_zalo(
    folder: Annotated[Path | None, typer.Option(help="thư mục ghi trả lời; để trống thì trong DATA_DIR")] = None,
    only: Annotated[list[int] | None, typer.Option(help="chỉ hỏi câu này, kể cả đã hỏi rồi")] = None,
    webhook: Annotated[bool, typer.Option("--webhook", help="hỏi cả những câu cần PUBLIC_URL")] = False,
) -> None:
    """Hỏi một bot Zalo thật mười một điều chưa ai biết chắc, cùng một người có điện thoại và một nhóm thử."""
    from bot import service
    from bot.zalo_check import zalo_check

    raise typer.Exit(zalo_check(service.settings_or_exit(), folder, only or (), webhook))


@cli.command()
def migrate() -> None:
    """Đưa cơ sở dữ liệu lên phiên bản hiện tại."""
    from bot import service

    _database, steps = service.database_or_exit(service.settings_or_exit())
    print(_("Đã chuyển {n} bước.", n=steps) if steps else _("Cơ sở dữ liệu đã ở phiên bản hiện tại."))


if __name__ == "__main__":
    main()
