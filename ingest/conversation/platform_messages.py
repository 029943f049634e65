"""Remove what no person said: platform messages, emoticons, and placeholders for pictures and audio."""

from __future__ import annotations

import html
import re

BOILERPLATE = re.compile(
    r"""(?!.{0,30}[吗么？?]$|.{0,60}(?:孩子|宝宝|我家|怎么办|发烧))(?:系统(?:消息|提示)?[:：]?\s*)?(?:
    (?:本次|此次|您的|图文|电话|视频|语音|在线|免费|快速){0,2}(?:问诊|咨询|会话|对话|服务|订单|就诊)(?:已经|已|即将|将于.{0,12}?)?
        (?:被.{0,8})?(?:自动|结束|关闭|完成|过期|支付|取消|超时|接诊|开始|受理){1,3}(?:成功|了|啦)?(?:[，,。！!；;：:\s].{0,40})?
    |(?:已经?|正在|即将|稍后)(?:为您|帮您|给您)(?:转接|接通|分配|匹配|安排|连线|呼叫|推荐|提交|取消|退款).{0,30}
    |(?:医生|大夫|专家|[一-龥]{1,4}(?:医生|医师))(?:已|已经)(?:接诊|进入|离开|上线|下线|结束|接单|查看|开具|收到|暂停).{0,20}
    |(?:医生|大夫|专家)(?:正在输入|正在接诊|暂时不在线|(?:将|会)(?:在|于|尽快).{0,12}(?:回复|接诊|联系)).{0,20}
    |(?:医生|患者|用户|对方|您|系统)?(?:给您|为您|向您)?(?:已经?|成功)?(?:发来|发送|上传|开具|推荐|发起|提交|购买)了?
        (?:一|\d+)?[张个份条段次]?(?:图文|电话|视频|语音|检查|化验|电子){0,2}(?:图片|照片|语音|视频|处方|名片|问诊单?|随访|报告单?|链接|咨询|文件).{0,20}
    |(?:患者|用户|您)(?:已|已经)(?:成功)?(?:进入|离开|退出|支付|提交|授权|评价|购买|预约|发起|取消).{0,30}
    |[\[【]?(?:对方|你|您|医生|患者|该|此)?(?:消息|信息)?(?:已被?)?撤回(?:了?一条消息)?[\]】]?
    |[\[【]?(?:该|此)?(?:图片|语音)?(?:消息|信息|内容)(?:类型)?(?:暂不支持|无法显示|已隐藏|已过期|已删除).{0,20}
    |[\[【]?暂不支持(?:的|该|此)?消息.{0,20}
    |.{0,6}(?:温馨提示|友情提示|系统提示|重要提示|免责声明)[:：].{0,200}
    |[【\[][一-龥A-Za-z]{2,12}[】\]](?:提醒|提示|温馨提示|通知).{0,80}
    |(?:请|快来|欢迎|邀请您?|麻烦您?)?(?:对|给|为)(?:本次|此次|我的|医生的?|本次的)?(?:服务|咨询|问诊|回答|医生)(?:进行|做出|做个|一个)?(?:评价|打分|点评|好评).{0,20}
    |.{0,20}(?:对[您你]有(?:所)?帮助|满意).{0,12}(?:好评|评价|五星|采纳|点赞|关注我?|打赏).{0,20}
    |(?:医生|以上)?(?:的)?(?:回复|建议|回答|内容|意见)(?:仅供参考|仅为建议).{0,40}
    |.{0,10}(?:不能作为|不作为)(?:诊断|诊疗|就医|治疗)(?:的)?(?:依据|凭证).{0,20}
    |[\[【(（]?(?:自动回复|系统消息|系统通知|(?:以上|本条)?[为由是]?系统自动(?:回复|发送|生成)).{0,80}
    |由于(?:您|患者|医生|对方).{0,6}(?:长时间|超时|\d+\s?(?:分钟|小时|天)).{0,4}(?:未|没有).{0,50}
    |(?:医生|患者|您)(?:超时|长时间)(?:未|没有).{0,40}
    |(?:您(?:还)?(?:有|剩余?)|剩余|还剩)\D{0,6}\d*(?:一)?次?\D{0,6}(?:追问|回复|提问|对话|咨询)(?:次数|机会).{0,20}
    |(?:您好[，,！!]?)?我是.{0,8}(?:导诊|客服|小|智能|在线|预问诊|AI)助[手理].{0,60}
    |(?:感谢|欢迎)(?:您)?(?:的)?(?:使用|光临|访问|关注|来到).{0,30}(?:平台|医院|在线|医生|健康|APP|服务|小程序|公众号).{0,20}
    |请?耐心等待(?:医生|专家)?(?:的)?(?:接诊|回复)?
    |(?:点击|戳|查看)(?:这里|此处|链接|详情|下方|上方|图片).{0,40}
    |点击(?:查看|进入|领取|下载|购买|填写|评价).{0,30}
    |(?:问诊单|处方|电子处方|病历|检查单)(?:已|已经)?(?:发送|开具|生成|提交|送达)
    |(?:会话|语音通话|视频通话|通话)已?(?:转接|开始|结束|接通|取消|时长).{0,20}
    )[。！!.～~…]*""",
    re.VERBOSE,
)
"""Messages of a platform, not of a person; only a whole utterance counts.
`请对本次服务进行评价` → `请对本次服务进行评价`"""
_MOST_CHARS = 240
"""Longest message of a platform."""
_MEDIA = {
    **dict.fromkeys(("图片", "照片", "相片", "图", "image", "img", "photo", "picture"), "[图片]"),
    **dict.fromkeys(("语音", "voice", "audio"), "[语音]"),
    **dict.fromkeys(("视频", "video"), "[视频]"),
    **dict.fromkeys(("文件", "file"), "[文件]"),
}
_PLACEHOLDER = re.compile(
    r"[\[【<(（]\s*/?(?:此处为|医生|患者|一[张段条])?(?P<media>图片|照片|相片|图|image|img|photo|picture|语音|voice|audio|视频|video|文件|file)"
    r"(?:消息|内容|通话|[一二三四五]|[ _:：]?[A-Za-z\d_./:=\"'\-]{0,120}|\s+\d{1,3}[\"″'秒s]{0,2})?\s*/?[\]】>)）]"
    r"(?:\s?(?:通话时长|时长)?\s?\d{1,3}(?::\d{2}|\s?(?:″|''|\"|秒|s))){0,1}",
    re.IGNORECASE,
)
"""`[图片] [图` → `[图片]`"""
_ADDRESS = re.compile(
    r"https?://[\w./%&=?#:+~-]{1,300}\.(?P<kind>jpe?g|png|gif|webp|bmp|mp3|amr|wav|m4a|mp4)(?:\?[\w=&%.-]{0,200})?(?!\w)",
    re.I,
)
"""`https://img.example.cn/a/1.jpg?x=1` → `https://img.example.cn/a/1.jpg?x=1`"""
_SOUNDS = frozenset(("mp3", "amr", "wav", "m4a"))
_TAG = re.compile(
    r"<(?P<name>img|/?(?:p|div|span|b|strong|em|i|u|font|a|ul|ol|li|br|table|tr|td))\b(?:\s[^<>]{0,400})?/?>",
    re.IGNORECASE,
)
"""`<p>体温&` → `<p>`"""
_FROM_A_PAGE = re.compile(
    r"^\s*<(?:p|div|span|ul|ol|b|strong)\b|<br\s*/?>|</p>|&nbsp;|&(?:lt|gt|ldquo|mdash|deg);", re.IGNORECASE
)
"""`p>好</p></b` → `</p>`"""
_PROGRAM = re.compile(r"```|<!doctype|<html|<head|<script|<style|class=|href=|[{};]\s*$", re.IGNORECASE | re.MULTILINE)
"""`<html><b` → `<html`"""
_LINES = frozenset(("br", "/p", "/div", "/li", "/tr"))
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,6}|#\d{2,5});")
"""`体温&gt;38.` → `&gt;`"""
_FACES = """
微笑 撇嘴 色 发呆 得意 流泪 害羞 闭嘴 睡 大哭 尴尬 发怒 调皮 呲牙 惊讶 难过 酷 冷汗 抓狂 偷笑 愉快 可爱 白眼 傲慢 饥饿
惊恐 流汗 憨笑 大兵 奋斗 咒骂 疑问 嘘 衰 骷髅 敲打 再见 擦汗 抠鼻 鼓掌 糗大了 坏笑 左哼哼 右哼哼 哈欠 鄙视 委屈 快哭了
阴险 亲亲 吓 可怜 笑脸 脸红 破涕为笑 失望 无语 嘿哈 捂脸 奸笑 机智 皱眉 耶 吃瓜 加油 天啊 社会社会 旺柴 好的 打脸 哇
翻白眼 让我看看 叹气 苦涩 裂开 嘴唇 爱心 心碎 拥抱 强 弱 握手 胜利 抱拳 勾引 拳头 合十 玫瑰 凋谢 菜刀 炸弹 便便 月亮
太阳 庆祝 礼物 红包 烟花 爆竹 猪头 跳跳 转圈 献花 鲜花 抱抱 哈哈 嘻嘻 泪 泪流满面 笑哭 大笑 哭 笑 爱你 赞 给力 感谢
谢谢 比心 吐舌 生气 汗 囧 晕 困 思考 心 强壮 礼花 飞吻 鼓励 点赞 表情 动画表情
"""
_EMOTICON = re.compile(rf"\[(?:{'|'.join(_FACES.split())})\]|【[一-龥]{{0,2}}表情】|\[/?(?:emoji|表情)[^\]]{{0,20}}\]")
"""Faces of the messengers by name: other words in brackets ([用法], [成份]) are text. `咳嗽[大哭]怎么办` → `[大哭]`"""
_CARDS = "图片|语音|视频|文件|链接|位置|处方|病历|检查报告|报告|名片|小程序|红包|卡片|问诊单|病历卡|转账"
_ONLY_MEDIA = re.compile(
    rf"(?:\s|[,，。.、;；]|\[(?:{_CARDS})\]|(?:图片|照片)\d{{0,2}}|此处为图片|(?:已?发送了?|上传了?)(?:一张|\d{{1,2}}张)?(?:图片|照片)"
    r"|语音(?:消息|通话)?\s?\d{1,3}(?::\d{2}|\s?(?:″|''|\"|秒|s))|[\w.\-]{1,60}\.(?:jpe?g|png|gif|pdf|docx?|amr|mp3|mp4))+",
    re.IGNORECASE,
)
"""`语音通话 03:20` → `语音通话 03:20`"""
_SPACES = re.compile(r"[ \t\u00a0\u3000\ufeff\u200b]+")
"""`几度  了` → `  `"""


def clean_message(text: str) -> str:
    """Return an utterance without emoticons and markup, pictures written [图片]; "" for boilerplate or media alone.

    Lines that are nothing else go, the others stay.
    """
    if "<" in text:
        text = _TAG.sub(_replace_tag, text)
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    if "\n" not in text:
        return _clean_line(text)
    lines = [(line, _clean_line(line)) for line in text.split("\n")]
    return "\n".join(left for line, left in lines if left or not line.strip()).strip()


def _clean_line(text: str) -> str:
    if "://" in text:
        text = _ADDRESS.sub(lambda found: "[语音]" if found["kind"].lower() in _SOUNDS else "[图片]", text)
    text = _SPACES.sub(" ", text).strip()
    text = _PLACEHOLDER.sub(lambda found: _MEDIA[found["media"].lower()], text)
    text = _EMOTICON.sub("", text).strip()
    if not text or _ONLY_MEDIA.fullmatch(text) or (len(text) <= _MOST_CHARS and BOILERPLATE.fullmatch(text)):
        return ""
    return text


def strip_markup(text: str) -> str:
    """Return a text of a web page without its tags and entities; program text, and what has neither, as it is."""
    if not _FROM_A_PAGE.search(text) or _PROGRAM.search(text):
        return text
    text = _ENTITY.sub(lambda found: html.unescape(found[0]), _TAG.sub(_replace_tag, text))
    return re.sub(r"\n{3,}", "\n\n", text.replace("\u00a0", " ")).strip()


def _replace_tag(found: re.Match[str]) -> str:
    name = found["name"].lower()
    return "[图片]" if name == "img" else "\n" if name in _LINES else ""
