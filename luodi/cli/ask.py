"""luodi ask: the landing plan as a dialogue in the terminal, from a sentence or from four questions."""

import sys
from datetime import date
from pathlib import Path
from typing import Any, Final

import click
import yaml

from luodi.advice.dialogue import Dialogue, SeveralMeant
from luodi.advice.sentence import Guess, Outside
from luodi.cli.shared import console, json_option, lang_option, on_option, print_json
from luodi.errors import BadInput, LuodiError
from luodi.text import read_yaml

_HELP: Final = {
    "zh": "直接输入回答；? 不确定；< 上一步；w 为什么问；s 保存；q 结束并查看落地方案；有我们理解的回答时，回车即确认",
    "en": "Type the answer; Enter takes a guess; ? not sure; < back; w why we ask; s save; q finish and see the plan",
}
#: What helps to answer, in this order, with the words before it.
_GUIDES: Final = {
    "help": ("", ""),
    "example": ("例如：", "For example: "),
    "where": ("在哪里找：", "Where to find it: "),
    "doubt": ("拿不准时：", "When in doubt: "),
}
_TRUTHS: Final = {"y": "true", "yes": "true", "是": "true", "n": "false", "no": "false", "否": "false"}


@click.command("ask")
@click.argument("sentence", required=False, default="")
@click.option("--yes", "take", is_flag=True, help="Take what was understood of the sentence without asking.")
@json_option
@on_option
@lang_option
@click.option("--resume", type=click.Path(path_type=Path), metavar="FILE", help="Go on with a saved dialogue.")
@click.option(
    "--save", type=click.Path(path_type=Path), metavar="FILE", help="Where s saves; luodi-answers.yaml if left out."
)
def command(
    sentence: str, take: bool, as_json: bool, on: date, lang: str, resume: Path | None, save: Path | None
) -> None:
    """The landing plan as a dialogue: four questions give the verdict, each later one says what it would settle.

    SENTENCE fills the four from free text: `luodi ask "Japanese game studio, wants to publish in Beijing, own all"`.
    Each guess is shown with the words it rests on; Enter takes it, another answer replaces it.

    With --json nothing is asked: one document says what was understood of SENTENCE, what not, and what remains to ask,
    as `questions` of the API does.

    ? not sure, < back, w why, s save, q finish. The end of the input finishes too, so answers can be piped in.
    """
    if as_json:
        _print_questions(sentence, on, resume)
        return
    dialogue = Dialogue.resume(read_yaml(resume), at=resume.name) if resume else Dialogue()
    if sentence:
        _hear(dialogue, sentence, lang, take)
    target = save or resume or Path("luodi-answers.yaml")
    click.echo(_HELP[lang], err=True)
    told = False
    while (question := dialogue.question(on)) is not None:
        if dialogue.has_verdict and not told:
            _say_verdict(dialogue, on, lang)
            told = True
        if not _turn(dialogue, question, on, lang, target):
            break
    from luodi.documents.plan_terminal import print_plan
    from luodi.documents.plan_view import plan_view

    print_plan(plan_view(dialogue.advice(on), lang), console())


def _print_questions(sentence: str, on: date, resume: Path | None) -> None:
    from luodi.advice.heard import questions_of
    from luodi.documents.marks import of_its_day

    kept = Dialogue.resume(read_yaml(resume), at=resume.name).profile if resume else None
    print_json(of_its_day(questions_of(sentence, kept, on, "SENTENCE")))


def _hear(dialogue: Dialogue, sentence: str, lang: str, take: bool) -> None:
    """Say what was understood of a sentence and what was not."""
    from luodi.advice.sentence import MOST, understood

    found = understood(sentence)
    dialogue.hear(found)
    if not found.guesses and not found.outside:
        _say(
            "没有听懂，请回答四个问题" if lang == "zh" else "Nothing of it was understood; here are the four questions."
        )
    if found.left:
        words = ("、" if lang == "zh" else ", ").join(found.left)
        _say(f"没有听懂，没有采用：{words}" if lang == "zh" else f"Not understood, and not used: {words}")
    for one in found.outside:
        _say_outside(one, lang)
    if found.is_cut:
        _say(f"只读了前{MOST:,}个字" if lang == "zh" else f"Only the first {MOST:,} characters were read.")
    if take:
        for guesses in dialogue.guessed.values():
            for guess in guesses:
                _say(f"  {_guess_shown(guess, lang)}")
        dialogue.take_guesses()


def _say_outside(one: Outside, lang: str) -> None:
    """A business of another law: what holds for it."""
    held = " ".join(f"{row.title[lang]}{'。' if lang == 'zh' else '. '}{row.says[lang]}" for row in one.instead)
    if lang == "zh":
        _say(f"“{one.words}”一般不属于电信和互联网信息业务。适用的是：{held}")
    else:
        _say(f"“{one.words}” is usually no telecom or internet-information service. What applies instead: {held}")


def _guess_shown(guess: Guess, lang: str) -> str:
    name = _name_of(guess, lang)
    return f"{name}（依据“{guess.words}”）" if lang == "zh" else f"{name} (you wrote “{guess.words}”)"


def _name_of(guess: Guess, lang: str) -> str:
    """The value of a guess with its name."""
    from luodi.access import access_book
    from luodi.documents.wording import country_name

    book = access_book()
    match guess.name:
        case "investor" if guess.value != "CN":
            return f"{guess.value} {country_name(guess.value, lang)}"
        case "service":
            return f"{guess.value} {book.services[guess.value].name[lang]}"
        case "place":
            return f"{guess.value} {book.zones[guess.value].name[lang]}"
        case "share":
            return f"{guess.value}%" if lang == "zh" else f"{guess.value} %"
    return guess.value


def _say_verdict(dialogue: Dialogue, on: date, lang: str) -> None:
    """The answer is there after the four; the rest may be left out."""
    from luodi.documents.wording import headline

    _say("")
    _say(headline(dialogue.plan(on), lang))
    _say(
        "结论已有；q 查看方案，以下问题都可以跳过"
        if lang == "zh"
        else "That is the answer; q shows the plan, every later question may be left out."
    )


def _turn(dialogue: Dialogue, question: dict[str, Any], on: date, lang: str, target: Path) -> bool:
    """Ask until something changes; False when the person finishes."""
    name = question["attribute"]
    (_show_checklist if question["checklist"] else _show)(question, lang)
    _show_worth(dialogue, question, on, lang)
    guesses = dialogue.guessed.get(name, ())
    for guess in guesses:
        _say(f"  = {_guess_shown(guess, lang)}")
    while True:
        click.echo("> ", nl=False, err=True)
        line = sys.stdin.readline()
        if not line:
            return False
        text = line.strip()
        match text:
            case "q":
                return False
            case "?":
                dialogue.skip_all(question["attributes"])
                return True
            case "<":
                if dialogue.back() is None:
                    _say("已是第一个问题" if lang == "zh" else "This is the first question.")
                return True
            case "w":
                _why(question, lang)
                continue
            case "s":
                _save(dialogue, target, lang)
                continue
        try:
            _answer(dialogue, question, text, guesses)
            return True
        except SeveralMeant as problem:
            for code, names in problem.options[:12]:
                _say(f"  {code}  {names[lang]}")
            _say("请输入代码" if lang == "zh" else "Type one of the codes.")
        except LuodiError as problem:
            _say(str(problem))


def _answer(dialogue: Dialogue, question: dict[str, Any], text: str, guesses: tuple[Guess, ...]) -> None:
    """What was typed; an empty line takes the guess. Several services or places are given with commas."""
    name = question["attribute"]
    if question["checklist"]:
        _tick(dialogue, question, text)
        return
    if not text and guesses:
        text = ",".join(guess.value for guess in guesses)
    if name == "service" and "," in text.replace("，", ","):
        dialogue.choose(text.replace("，", ",").split(","))
    elif name == "place" and "," in text.replace("，", ","):
        dialogue.choose_places(text.replace("，", ",").split(","))
    else:
        dialogue.answer(name, _chosen(text, question))


def _chosen(text: str, question: dict[str, Any]) -> str:
    """A number of the list stands for its value; yes and no in both languages."""
    allowed = question["allowed"]
    if allowed:
        picks = [p.strip() for p in text.replace("，", ",").split(",")]
        return ",".join(allowed[int(p) - 1] if p.isdigit() and 0 < int(p) <= len(allowed) else p for p in picks)
    if question["type"] == "boolean":
        return _TRUTHS.get(text.casefold(), text)
    return text


def _show(question: dict[str, Any], lang: str) -> None:
    _say("")
    _say(question["text"][lang])
    for key, (zh, en) in _GUIDES.items():
        if question[key]:
            _say(f"  {zh if lang == 'zh' else en}{question[key][lang]}")
    for number, value in enumerate(question["allowed"] or (), 1):
        _say(f"  {number}  {question['values'].get(value, {}).get(lang, value)}")
    if question["type"] == "boolean":
        _say("  y/n" if lang == "en" else "  y 是 / n 否")
    elif question["type"] == "set":
        _say("  可多选，用逗号分隔" if lang == "zh" else "  several may be given, with commas")


def _show_checklist(question: dict[str, Any], lang: str) -> None:
    """The ticks of a checklist, numbered, each with what it means."""
    _say("")
    _say(question["text"][lang])
    _say(f"  {question['help'][lang]}")
    number = 0
    for item in question["items"]:
        if item["values"]:
            _say(f"  {item['label'][lang]}{'：' if lang == 'zh' else ':'}")
        for words in item["values"].values() or [item["label"]]:
            number += 1
            _say(f"  {number}  {words.get(lang, '')}")
        if item["help"]:
            _say(f"     {item['help'][lang]}")
    _say(
        "  输入符合的序号，用逗号分隔；都不符合输入 0；不确定的，在序号后加问号；其余视为“否”"
        if lang == "zh"
        else "  Type the numbers that hold, with commas; 0 for none; ? behind one you are not sure of. The rest is no."
    )


def _tick(dialogue: Dialogue, question: dict[str, Any], text: str) -> None:
    """`1, 4, 5?`: ticks by their numbers, and what one is not sure of. Raises `BadInput` for anything else."""
    names = [tick for item in question["items"] for tick in item["ticks"]]
    parts = [part.strip() for part in text.replace("，", ",").replace("？", "?").split(",") if part.strip()]
    if not parts:
        raise BadInput("advice.ticks-missing")
    ticks, unsure = list[str](), list[str]()
    for part in parts if parts != ["0"] else []:
        number = part.removesuffix("?")
        if not number.isdigit() or not 0 < int(number) <= len(names):
            raise BadInput("advice.no-number-of-list", part=part, count=len(names))
        (unsure if part.endswith("?") else ticks).append(names[int(number) - 1])
    dialogue.tick(question, ticks, unsure)


def _show_worth(dialogue: Dialogue, question: dict[str, Any], on: date, lang: str) -> None:
    """After the four: how many steps and policies need the answer."""
    if not dialogue.has_verdict:
        return
    found = next(iter(dialogue.later(on)))
    if lang == "zh":
        _say(f"  关系到{found.steps}个步骤、{found.policies}项政策")
    else:
        _say(f"  Needed for {counted(found.steps, 'step')} and {counted(found.policies, 'policy', 'policies')}.")


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _why(question: dict[str, Any], lang: str) -> None:
    ids = ", ".join(question["for"][:8]) + (" .." if len(question["for"]) > 8 else "")
    if lang == "zh":
        _say(f"该事实影响{question['decides']}项：{ids}")
    else:
        _say(f"It bears on {question['decides']}: {ids}")


def _save(dialogue: Dialogue, target: Path, lang: str) -> None:
    text = yaml.safe_dump(dialogue.saved(), allow_unicode=True, sort_keys=False)
    beside = target.with_name(target.name + ".part")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(target)
    except OSError as problem:
        _say(f"{target}: {problem.strerror}")
        return
    _say(f"已保存：{target}" if lang == "zh" else f"Saved: {target}. Go on with: luodi ask --resume {target}")


def _say(text: str) -> None:
    click.echo(text, err=True)
