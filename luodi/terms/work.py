"""Words of the work on a case: its stages, its health and its end."""

from typing import Final

from luodi.terms.term import words

WORK: Final = (
    words(
        "stage",
        opened=("立案", "opened"),
        scoped=("定范围", "scoped"),
        planned=("有方案", "planned"),
        establishing=("设立中", "establishing"),
        operating=("运营中", "operating"),
        landing_claimed=("申报落地", "landing claimed"),
        landing_verified=("核验落地", "landing verified"),
        aftercare=("后续服务", "aftercare"),
    ),
    words(
        "health",
        on_track=("正常", "on track"),
        at_risk=("有风险", "at risk"),
        delayed=("延误", "delayed"),
        paused=("暂停", "paused"),
    ),
    words(
        "end",
        none=("未结", "open"),
        lost=("流失", "lost"),
        withdrawn=("企业撤回", "withdrawn"),
        refused=("不予办理", "refused"),
    ),
)
