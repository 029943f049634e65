"""Who is a child: one age and one vocabulary, for readers, graphs, departments and samples.

Alternatives of regular expressions, to be joined by `|`. Whoever decides by a single word takes only the shared sets;
who weighs words against each other (`pedcorpus.pediatric.who_is_ill`) adds more. What makes an article one of
pediatrics, diseases and drugs included, is the list `terms/pediatric.txt`.
"""

from __future__ import annotations

import re

from ingest.vocabulary.any_of import any_of

OF_AGE = 18
"""Years from which a patient is no child (China's 民法典 and the Convention on the Rights of the Child)."""
AGE_OF_A_CHILD, AGE_OF_A_GROWN_UP = (
    any_of(" ".join(map(str, reversed(ages)))) for ages in (range(OF_AGE), range(OF_AGE, 100))
)
"""Ages in digits, the longer first."""

PEDIATRICS = "儿科"
"""The department of what names none and is about a child."""

CHILD = any_of("小儿 儿童 幼儿 宝宝 新生儿 早产儿 患儿 儿科 儿保 男孩 女孩 小孩 小朋友")
"""Children, whoever speaks of them."""
CHILD_IN_A_NAME = any_of("小儿 儿童 新生儿 婴 幼儿 早产儿 青少年 先天性")
"""What says in the name of a disease that children have it."""

PREGNANT = any_of("怀孕 怀上 孕妇 孕期 孕前 早孕 验孕 妊娠 备孕 胎儿 胎盘 预产期 试管婴儿")
"""Who is pregnant speaks of 宝宝 all the time."""
GROWN_UP = any_of("不孕 不育 流产 产后 避孕 同房 老年 中年 成人")
"""What only grown-ups are, do or have."""
PERHAPS_GROWN_UP = any_of(
    "产妇 分娩 哺乳期 月子 性生活 结婚 老人 成年 男友 女友 男朋友 女朋友 父亲 老公 老婆 阿姨 舅舅 叔叔 先生 女士 宝妈"
)
"""What grown-ups are or do; the relatives and the mother of a child, too."""
GROWN_UP_SUBJECT = any_of("老年 老人 妊娠 孕 产后 绝经 更年期 前列腺 成人")
"""What says in the name of a disease that no child has it."""

DISEASE_OF_CHILDREN = (
    "手足口病|水痘|(?:^|[^荨寻])麻疹|风疹|幼儿急疹|猩红热|百日咳|流行性腮腺炎|疱疹性咽峡炎|川崎病|轮状病毒|毛细支气管炎|热性?惊厥|肠套叠|先天性巨结肠"
    "|胆道闭锁|幽门肥厚|法洛四联症|动脉导管未闭|室间隔缺损|脑瘫|脑性瘫痪|孤独症|自闭症|多动症|多动障碍|抽动症|抽动障碍|遗尿|性早熟|佝偻病|鹅口疮"
    "|尿布皮炎|尿布疹|苯丙酮尿症|神经母细胞瘤|肾母细胞瘤|视网膜母细胞瘤|过敏性紫癜|积食|疳积|夜啼|奶瓣|溢奶|辅食|囟门|核黄疸|胆红素脑病"
    "|缺氧缺血性脑病|坏死性小肠结肠炎|胎粪|脐炎|呼吸道合胞病毒"
)
"""What nearly only children have."""

_DEPARTMENT = re.compile(r"儿|p(?:a?e)diatri", re.IGNORECASE)
"""`小儿遗尿症` → `儿`"""


def is_pediatric(department: str) -> bool:
    """Return whether a department is one for children: 儿科, 新生儿科, 小儿外科, 儿童保健科, pediatrics …."""
    return _DEPARTMENT.search(department) is not None
