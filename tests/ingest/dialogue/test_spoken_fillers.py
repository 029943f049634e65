import pytest

from ingest.dialogue_formats.spoken_fillers import without_fillers


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("嗯，这个那个那个孩子发烧了", "这个那个孩子发烧了"),
        ("我我我昨天来过", "我昨天来过"),
        ("呃，就是就是咳嗽", "就是咳嗽"),
        ("他他昨晚，嗯，吐了三次", "他昨晚，吐了三次"),
        ("然后然后然后就不吃了", "然后就不吃了"),
        ("宝宝宝宝不哭", "宝宝不哭"),
        ("嗯嗯有点咳", "有点咳"),
        ("谢谢谢谢医生，好好好", "谢谢医生，好"),
        ("昨天昨天晚上咳嗽咳嗽得厉害", "昨天晚上咳嗽得厉害"),
        ("渐渐好了，偶尔咳咳嗽", "渐渐好了，偶尔咳嗽"),
        ("吃了布布洛芬，退退烧", "吃了布洛芬，退烧"),
        ("um 他发烧了", "他发烧了"),
        ("嗯，那个，他、他烧到三十九度", "他烧到三十九度"),
    ],
)
def test_fillers_stutters_and_words_said_again_go(spoken: str, written: str) -> None:
    assert without_fillers(spoken) == written


@pytest.mark.parametrize(
    "spoken",
    [
        "嗯",
        "慢慢喂宝宝，奶奶天天看着",
        "妈妈看看，试试这个",
        "哈哈哈真乖",
        "大便黄黄的、软软的",
        "打针疼不疼，看看嗓子",
        "然然发烧了",
        "可可粉过敏",
        "这个，不能吃",
    ],
)
def test_words_that_are_doubled_on_purpose_stay(spoken: str) -> None:
    assert without_fillers(spoken) == spoken


@pytest.mark.parametrize(
    "spoken",
    [
        "体温三十八度八八", "每次五五毫升", "一天三三次", "二十二十五毫克", "每次一一片", "0.5 0.5毫升",
        "每天三次三次", "零点五零点五",
        "一一一天三次", "每次半半片", "三点点点五毫升", "吃两两片", "一会一会儿",
    ],
)  # fmt: skip
def test_numbers_and_doses_are_left_as_they_were_heard(spoken: str) -> None:
    assert without_fillers(spoken) == spoken


@pytest.mark.parametrize(
    "spoken",
    [
        "呃逆了三天", "他老打呃", "头痛痛经都有", "高热热性惊厥", "口服服药", "支气管支气管炎",
        "吃了阿莫西林阿莫西林克拉维酸钾",
        "头孢头孢克肟", "量量体温",
    ],
)  # fmt: skip
def test_symptoms_and_drugs_that_look_like_stutters_stay(spoken: str) -> None:
    assert without_fillers(spoken) == spoken


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("要不不打针了", "要不不打针了"),
        ("是不是不是肺炎", "是不是不是肺炎"),
        ("会不会不会反复", "会不会不会反复"),
        ("差不不多", "差不不多"),
        ("不，不吃药", "不，不吃药"),
        ("不不不，不要吃", "不，不要吃"),
        ("不不是这样的", "不是这样的"),
        ("不要不要停药", "不要停药"),
        ("没没有发烧", "没有发烧"),
    ],
)
def test_a_negation_is_never_lost_nor_doubled(spoken: str, written: str) -> None:
    assert without_fillers(spoken) == written
