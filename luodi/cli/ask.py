"""luodi ask: the landing plan as a dialogue in the terminal."""

import sys
from datetime import date
from pathlib import Path
from typing import Any, Final

import click
import yaml

from luodi.advice.dialogue import Dialogue, SeveralMeant
from luodi.cli.door import console, lang_option, on_option
from luodi.errors import LuodiError
from luodi.text import read_yaml

_HELP: Final = {
    "zh": "直接输入回答；? 不确定；< 上一步；w 为什么问；s 保存；q 结束并查看落地方案",
    "en": "Type the answer; ? not sure; < back; w why we ask; s save; q finish and see the plan",
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
@on_option
@lang_option
@click.option("--resume", type=click.Path(path_type=Path), metavar="FILE", help="Go on with a saved dialogue.")
@click.option(
    "--save", type=click.Path(path_type=Path), metavar="FILE", help="Where s saves; luodi-answers.yaml if left out."
)
def command(on: date, lang: str, resume: Path | None, save: Path | None) -> None:
    """The landing plan as a dialogue: the fewest questions that settle it, "not sure" always possible.

    ? not sure, < back, w why, s save, q finish. The end of the input finishes too, so answers can be piped in.
    """
    dialogue = Dialogue.resume(read_yaml(resume), at=resume.name) if resume else Dialogue()
    target = save or resume or Path("luodi-answers.yaml")
    click.echo(_HELP[lang], err=True)
    while (question := dialogue.question(on)) is not None:
        if not _turn(dialogue, question, on, lang, target):
            break
    from luodi.documents.plan_terminal import print_plan
    from luodi.documents.plan_view import plan_view

    print_plan(plan_view(dialogue.advice(on), lang), console())


def _turn(dialogue: Dialogue, question: dict[str, Any], on: date, lang: str, target: Path) -> bool:
    """Ask until something changes; False when the person finishes."""
    name = question["attribute"]
    _show(question, lang)
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
                dialogue.skip(name)
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
            dialogue.answer(name, _chosen(text, question))
            return True
        except SeveralMeant as problem:
            for code, names in problem.options[:12]:
                _say(f"  {code}  {names[lang]}")
            _say("请输入代码" if lang == "zh" else "Type one of the codes.")
        except LuodiError as problem:
            _say(str(problem))


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
