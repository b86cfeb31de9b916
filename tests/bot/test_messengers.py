"""Which messengers an office is served on, and where each pushes what is said there."""

from pydantic import SecretStr

from bot.messengers import MESSENGERS, used
from bot.settings import Settings

ZALO = "1459232241454765289:giaGiaGIAgia-Gia_gia.gia"
TOKENS = {"telegram_token": "7300000001:AAFakeFakeFakeFakeFakeFakeFakeFakeFak", "zalo_token": ZALO}


def test_those_with_a_token_and_each_by_its_own_address() -> None:
    given = {setting: SecretStr(token) for setting, token in TOKENS.items()}
    settings = Settings(_env_file=None, public_url="https://nhac.example.vn/", **given)  # type: ignore[call-arg, arg-type]
    assert used(settings) == list(MESSENGERS)
    for one in MESSENGERS:
        assert one.token(settings) == TOKENS[one.setting]
        channel = one.make(settings)
        assert channel.name == one.title.lower(), "the server finds it by that name"
