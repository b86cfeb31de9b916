"""/ngonngu: the language one chat hears."""

from handlers.authority import Action
from handlers.talk import Answered, Command, Refused, Talk
from lang.fold import fold
from lang.text import N_, _, locales, speaking
from storage.outbox import Words

NAMES = {"vi": "tiếng Việt", "en": "English"}
SAID = {"vi": "vi", "tieng viet": "vi", "vietnamese": "vi", "en": "en", "tieng anh": "en", "english": "en"}


def run(talk: Talk) -> Answered:
    locale = SAID.get(fold(talk.words))
    if locale not in locales():
        known = ", ".join(f"{NAMES[locale]} (/ngonngu {locale})" for locale in locales())
        raise Refused(_("Các ngôn ngữ có thể chọn: {known}.", known=known))
    talk.chat.locale = locale
    with speaking(locale):
        return Words(_("Từ nay Nhắc Việc nói {language} ở đây.", language=NAMES[locale]))


COMMAND = Command(
    name="ngôn ngữ",
    slash="ngonngu",
    says=("language",),
    help=N_("chọn ngôn ngữ của hội thoại này"),
    example="/ngonngu en",
    place=18,
    action=Action.LANGUAGE,
    run=run,
)
