"""The words of the sign-in in a few languages; what has none is in English, as the shop is throughout."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Request

ENGLISH: Final = "en"
_RIGHT_TO_LEFT: Final = frozenset({"ar"})

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "ar": {
        "Sign in": "تسجيل الدخول",
        "to go on to": "للمتابعة إلى",
        "E-mail address": "عنوان البريد الإلكتروني",
        "Password": "كلمة المرور",
        "New here?": "جديد هنا؟",
        "Create an account": "إنشاء حساب",
        "Your name": "اسمك",
        "Create the account": "إنشاء الحساب",
        "Have one?": "لديك حساب؟",
        "Allow": "سماح",
        "Cancel": "إلغاء",
        "The password is not right. Try again.": "كلمة المرور غير صحيحة. حاول مرة أخرى.",
        "There is no account of this e-mail address.": "لا يوجد حساب بهذا البريد الإلكتروني.",
    },
    "de": {
        "Sign in": "Anmelden",
        "to go on to": "und weiter zu",
        "E-mail address": "E-Mail-Adresse",
        "Password": "Passwort",
        "New here?": "Neu hier?",
        "Create an account": "Konto anlegen",
        "Your name": "Ihr Name",
        "Create the account": "Konto anlegen",
        "Have one?": "Schon ein Konto?",
        "Allow": "Zulassen",
        "Cancel": "Abbrechen",
        "The password is not right. Try again.": "Das Passwort stimmt nicht. Versuchen Sie es noch einmal.",
        "There is no account of this e-mail address.": "Zu dieser E-Mail-Adresse gibt es kein Konto.",
    },
    "es": {
        "Sign in": "Iniciar sesión",
        "to go on to": "para continuar en",
        "E-mail address": "Correo electrónico",
        "Password": "Contraseña",
        "New here?": "¿Eres nuevo?",
        "Create an account": "Crear una cuenta",
        "Your name": "Tu nombre",
        "Create the account": "Crear la cuenta",
        "Have one?": "¿Ya tienes una?",
        "Allow": "Permitir",
        "Cancel": "Cancelar",
        "The password is not right. Try again.": "La contraseña no es correcta. Inténtalo de nuevo.",
        "There is no account of this e-mail address.": "No hay ninguna cuenta con este correo.",
    },
    "fr": {
        "Sign in": "Se connecter",
        "to go on to": "pour continuer vers",
        "E-mail address": "Adresse e-mail",
        "Password": "Mot de passe",
        "New here?": "Nouveau ici ?",
        "Create an account": "Créer un compte",
        "Your name": "Votre nom",
        "Create the account": "Créer le compte",
        "Have one?": "Déjà un compte ?",
        "Allow": "Autoriser",
        "Cancel": "Annuler",
        "The password is not right. Try again.": "Le mot de passe est incorrect. Réessayez.",
        "There is no account of this e-mail address.": "Aucun compte n'a cette adresse e-mail.",
    },
    "ja": {
        "Sign in": "サインイン",
        "to go on to": "続ける先:",
        "E-mail address": "メールアドレス",
        "Password": "パスワード",
        "New here?": "初めての方",
        "Create an account": "アカウントを作成",
        "Your name": "お名前",
        "Create the account": "アカウントを作成",
        "Have one?": "アカウントをお持ちの方",
        "Allow": "許可する",
        "Cancel": "キャンセル",
        "The password is not right. Try again.": "パスワードが正しくありません。もう一度お試しください。",
        "There is no account of this e-mail address.": "このメールアドレスのアカウントはありません。",
    },
}


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the pages; `code` is for `lang`, `direction` for `dir`."""

    code: str

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return "rtl" if self.code in _RIGHT_TO_LEFT else "ltr"

    def say(self, english: str) -> str:
        """The words for an English text, or the text itself."""
        return WORDS.get(self.code, {}).get(english, english)


def language_of(request: Request, kept: str = "") -> Language:
    """The first of these that there are words in: what the request asks for, what was kept, `Accept-Language`."""
    asked = f"{request.values.get('ui_locales', '')} {request.values.get('language', '')} {kept}".split()
    accepted = [tag for tag, quality in request.accept_languages if quality > 0]
    codes = (tag.replace("_", "-").partition("-")[0].lower() for tag in [*asked, *accepted])
    return Language(next((code for code in codes if code == ENGLISH or code in WORDS), ENGLISH))
