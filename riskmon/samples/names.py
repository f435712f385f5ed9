"""Fictional names and public identifiers, in Chinese and English, from word lists of our own.

The words are joined at random, and every identifier carries an area code that no registry uses, so that no real
firm or person is meant. Check digits are right.
"""

from dataclasses import dataclass, field
from random import Random

from stdnum.cn import uscc
from stdnum.iso7064 import mod_97_10

Word = tuple[str, str]
"""The Chinese and the English form of one word."""

_PLACES: tuple[Word, ...] = (
    ("澜山", "Lanshan"), ("栖川", "Qichuan"), ("云屏", "Yunping"), ("霁江", "Jijiang"), ("朔原", "Shuoyuan"),
    ("沅湾", "Yuanwan"), ("岚谷", "Langu"), ("楚汀", "Chuting"), ("翠埠", "Cuibu"), ("泊岭", "Boling"),
    ("望湖", "Wanghu"), ("琼坪", "Qiongping"), ("漠河湾", "Mohewan"), ("雁洲", "Yanzhou Isle"), ("枫渡", "Fengdu Ferry"),
    ("宛丘", "Wanqiu"), ("桐陵", "Tongling Hill"), ("溪阳", "Xiyang"), ("镜海", "Jinghai"), ("芷江口", "Zhijiangkou"),
)  # fmt: skip

_BRANDS: tuple[Word, ...] = (
    ("恒屿", "Hengyu"), ("瑞帆", "Ruifan"), ("景澄", "Jingcheng"), ("博桓", "Bohuan"), ("嘉穗", "Jiasui"),
    ("启鲲", "Qikun"), ("远昶", "Yuanchang"), ("泰岑", "Taicen"), ("宏霁", "Hongji"), ("明璋", "Mingzhang"),
    ("德溯", "Desu"), ("新杼", "Xinzhu"), ("裕澜", "Yulan"), ("天穹野", "Tianqiongye"), ("祥柘", "Xiangzhe"),
    ("盛珩", "Shengheng"), ("金榆", "Jinyu"), ("立垣", "Liyuan"), ("凯芒", "Kaimang"), ("鼎陌", "Dingmo"),
    ("康衢", "Kangqu"), ("隆晔", "Longye"), ("和轸", "Hezhen"), ("庆筠", "Qingyun"), ("达岫", "Daxiu"),
    ("茂荞", "Maoqiao"), ("信筏", "Xinfa"), ("通枢", "Tongshu"), ("润梧", "Runwu"), ("安澍", "Anshu"),
)  # fmt: skip

INDUSTRIES: dict[str, Word] = {
    "A01": ("农业", "Farming"), "B06": ("煤业", "Coal"), "C17": ("纺织", "Textile"), "C26": ("化工", "Chemical"),
    "C30": ("建材", "Building Materials"), "C31": ("钢铁", "Steel"), "C36": ("汽车部件", "Auto Parts"),
    "C37": ("船舶", "Shipbuilding"), "C39": ("电子", "Electronics"), "D44": ("电力", "Power"),
    "E47": ("建设", "Construction"), "F51": ("贸易", "Trading"), "G54": ("物流", "Logistics"),
    "H61": ("酒店", "Hotels"), "I65": ("软件", "Software"), "K70": ("置业", "Property"), "Q84": ("医疗", "Health Care"),
}  # fmt: skip
"""Industry codes of the national classification, with the word that a firm's name carries."""

REGIONS = (
    "Beijing",
    "Chongqing",
    "Fujian",
    "Guangdong",
    "Hebei",
    "Hubei",
    "Jiangsu",
    "Shandong",
    "Shanghai",
    "Zhejiang",
)

_SURNAMES: tuple[Word, ...] = (
    ("赵", "Zhao"), ("钱", "Qian"), ("孙", "Sun"), ("李", "Li"), ("周", "Zhou"), ("吴", "Wu"), ("郑", "Zheng"),
    ("王", "Wang"), ("冯", "Feng"), ("陈", "Chen"), ("沈", "Shen"), ("韩", "Han"), ("杨", "Yang"), ("何", "He"),
)  # fmt: skip

_GIVEN: tuple[Word, ...] = (
    ("知", "Zhi"), ("远", "Yuan"), ("嘉", "Jia"), ("宁", "Ning"), ("思", "Si"), ("齐", "Qi"), ("文", "Wen"),
    ("岚", "Lan"), ("若", "Ruo"), ("川", "Chuan"), ("景", "Jing"), ("行", "Xing"), ("明", "Ming"), ("溪", "Xi"),
    ("书", "Shu"), ("平", "Ping"), ("兆", "Zhao"), ("丰", "Feng"), ("秋", "Qiu"), ("白", "Bai"),
)  # fmt: skip

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_UNUSED_AREA = "990000"
_UNUSED_ISSUER = "9999"


@dataclass
class NameMaker:
    """Hands out names that repeat only for persons, and identifiers that never do."""

    rng: Random
    _taken: set[str] = field(default_factory=set)
    _issued: int = 0

    def firm(self, industry: str) -> str:
        """A firm's name, Chinese with the English one in brackets."""
        while True:
            words = (self.rng.choice(_PLACES), self.rng.choice(_BRANDS), INDUSTRIES[industry])
            chinese = "".join(word[0] for word in words)
            if chinese not in self._taken:
                self._taken.add(chinese)
                return f"{chinese}有限公司 ({' '.join(word[1] for word in words)} Co., Ltd.)"

    def person(self) -> str:
        """A natural person's name, Chinese with the romanised one in brackets."""
        surname, first, second = self.rng.choice(_SURNAMES), *self.rng.sample(_GIVEN, 2)
        return f"{surname[0]}{first[0]}{second[0]} ({surname[1]} {first[1]}{second[1].lower()})"

    def credit_code(self) -> str:
        """A unified social credit code with right check digits, of an area that does not exist."""
        self._issued += 1
        organisation = f"{self._issued:08d}"
        check = -sum(int(d) * w for d, w in zip(organisation, _ORGANISATION_WEIGHTS, strict=True)) % 11
        body = f"91{_UNUSED_AREA}{organisation}{'X' if check == 10 else check}"
        return body + str(uscc.calc_check_digit(body))

    def lei(self) -> str:
        """A legal entity identifier with right check digits, of an issuer that does not exist."""
        self._issued += 1
        body = f"{_UNUSED_ISSUER}00SAMPLE{self._issued:06d}"
        return body + str(mod_97_10.calc_check_digits(body))
