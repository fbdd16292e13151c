"""Names of nobody: four syllables from rarely used characters that no two companies of a world share, between the city
and what the company does. Real trade names of four such characters are not known to us, and none was looked for."""

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from luodi.world.firms import Firms
from luodi.world.shape import Shape

SYLLABLES: Final = """霁ji 岫xiu 澜lan 桉an 柚you 汀ting 皋gao 棠tang 翎ling 磐pan 沅yuan 湄mei 栩xu 昀yun 曦xi 翊yi
峤qiao 洵xun 珩heng 琮cong 葳wei 榆yu 槿jin 樾yue 樵qiao 檀tan 渚zhu 滢ying 漪yi 溯su 砚yan 砺li
禾he 穗sui 笙sheng 篁huang 缃xiang 绮qi 翀chong 耘yun 舸ge 苇wei 荻di 菖chang 蔚wei 薇wei 藜li 蹊xi
邈miao 邺ye 郢ying 钧jun 铎duo 锜qi 阙que 隰xi 雩yu 霖lin 靖jing 颀qi 飏yang 鸢yuan 麓lu 蘅heng""".split()
_STEMS: Final = 64**4  # as many names before one comes again


def stems(seed: int, numbers: Any) -> tuple[Any, Any]:
    """Two pairs of syllables a company, as places among the 4,096 pairs: each number has a stem of its own."""
    mixed = (numbers.astype(np.int64) * 6_700_417 + seed % _STEMS * 40_503) % _STEMS
    mixed = (mixed ^ (mixed >> 13)) * 9_176_263 % _STEMS
    return mixed >> 12, mixed & 4095


def put_names(firms: Firms) -> tuple[pa.Array, pa.Array]:
    """The Chinese and the English name of each company."""
    numbers = firms.first + np.arange(firms.rows)
    parts = [firms.values(name) for name in ("registered_region_code", "industry_code", "entity_type")]
    first, second = stems(firms.draws.seed, numbers)
    return _joined(firms.shape, 0, first, second, parts), _joined(firms.shape, 1, first, second, parts)


def _joined(shape: Shape, lang: int, first: Any, second: Any, parts: list[Any]) -> pa.Array:
    region, industry, kind = parts
    city = _of([city[lang] for city in shape.cities], region)
    pairs = _pairs(lang)
    branch = _of([branch[lang] for branch in shape.branches], industry)
    end = _of([shape.raw["kinds"][word]["en" if lang else "zh"] for word in shape.kinds.words], kind)
    if lang == 0:
        return pc.binary_join_element_wise(city, _of(pairs, first), _of(pairs, second), branch, end, "")
    stem = pc.binary_join_element_wise(_of([pair.capitalize() for pair in pairs], first), _of(pairs, second), "")
    named = pc.binary_join_element_wise(city, stem, branch, " ")
    return pc.binary_join_element_wise(named, end, "")


def _pairs(lang: int) -> list[str]:
    single = [syllable[1:] if lang else syllable[0] for syllable in SYLLABLES]
    return [one + two for one in single for two in single]


def _of(words: list[str], places: Any) -> pa.Array:
    return pa.array(words).take(pa.array(places))
