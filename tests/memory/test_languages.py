import pytest

from memory.languages import guess_language, languages


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("en", ["How can I sleep better?", "which wine goes with it", "Thanks, that helps a lot!"]),
        ("es", ["¿Cómo puedo dormir mejor?", "necesito ayuda con mi trabajo", "Hola, ¿qué tal?"]),
        ("pt", ["Como posso dormir melhor?", "você pode me ajudar com isso?"]),
        ("fr", ["Comment puis-je mieux dormir ?", "Peux-tu m'aider avec ce texte ?"]),
        ("de", ["Wie kann ich besser schlafen?", "Kannst du mir bitte helfen?"]),
        ("it", ["Come posso dormire meglio?", "puoi aiutarmi con questo testo?"]),
        ("nl", ["Hoe kan ik beter slapen?", "kun je me helpen met deze tekst?"]),
        ("sv", ["Hur kan jag sova bättre?", "jag vill ha ett recept till ikväll"]),
        ("da", ["jeg vil gerne have noget at lave i aften"]),
        ("nb", ["Hva skal jeg lage til middag, og hva bør jeg kjøpe?"]),
        ("pl", ["Jak mogę lepiej spać?", "potrzebuję przepis na kolację, co możesz polecić?"]),
        ("tr", ["Daha iyi nasıl uyuyabilirim?", "akşam için bir tarif istiyorum"]),  # noqa: RUF001
        ("ro", ["Cum pot să dorm mai bine?", "vreau o rețetă pentru cină"]),
        ("fi", ["Miten voin nukkua paremmin?", "mitä minun pitäisi tehdä tänään"]),
        ("cs", ["Jak mohu lépe spát?", "co můžu udělat k večeři, prosím?"]),
        ("ru", ["Как мне лучше спать?"]),
        ("uk", ["Що я можу зробити на вечерю?"]),
        ("el", ["Πώς μπορώ να κοιμηθώ καλύτερα;"]),  # noqa: RUF001
        ("ja", ["よく眠るにはどうすればいいですか", "東京でおすすめの店"]),
        ("zh", ["我怎样才能睡得更好"]),
        ("ko", ["어떻게 하면 잠을 더 잘 잘 수 있을까요?"]),
        ("ar", ["كيف يمكنني النوم بشكل أفضل؟"]),
        ("he", ["איך אפשר לישון טוב יותר?"]),
        ("hi", ["मैं बेहतर कैसे सो सकता हूँ?"]),
        ("th", ["ฉันจะนอนหลับได้ดีขึ้นอย่างไร"]),
    ],
)
def test_the_language_is_told_from_a_sentence(code: str, texts: list[str]) -> None:
    assert [guess_language(text) for text in texts] == [code] * len(texts)
    assert code in languages()


@pytest.mark.parametrize("text", ["", "ok", "Porto Lisboa 2024", "x = f(y)", "123 !?", "de la"])
def test_what_does_not_tell_is_given_up_on(text: str) -> None:
    assert guess_language(text) is None


def test_a_foreign_word_does_not_change_the_language() -> None:
    assert guess_language("What does 我 mean when you say it in a sentence?") == "en"
