"""What the portal's pages say, in Chinese and English, and the channels it has."""

from typing import Literal

Language = Literal["zh", "en"]

CHANNELS = {"zz": "漳州", "xm": "厦门", "fj": "福建", "en": "English"}
"""The portal's channels in the order of its navigation; `all` is its front page."""

BOARDS = {
    "total": ("点击排行", "Most read"),
    "daily": ("今日", "Today"),
    "three-day": ("三天", "3 days"),
    "weekly": ("一周", "Week"),
    "monthly": ("一月", "Month"),
    "hot": ("热度", "Hot"),
}

WORDS = {
    "about": ("演示站点，内容均为虚构", "A demo; everything on it is invented"),
    "age": ("发布", "Published"),
    "all": ("全部", "All"),
    "article": ("新闻", "Article"),
    "at": ("查看历史", "As it was at"),
    "away": ("排行榜暂时读不到，请稍后再来。", "The rankings cannot be read just now. Please come back in a moment."),
    "bookmark": ("收藏", "Keep"),
    "by_clicks": ("按点击", "By clicks"),
    "by_comments": ("按评论", "By comments"),
    "change": ("变化", "Change"),
    "clicks": ("点击", "Clicks"),
    "closed": ("本文评论已关闭。", "Comments are closed."),
    "comments": ("评论", "Comments"),
    "deleted": ("该评论已删除", "This comment was deleted"),
    "developers": ("开发者", "Developers"),
    "editor": ("责任编辑", "Editor"),
    "empty": ("这里还没有点击。", "Nobody has clicked here yet."),
    "frozen": ("历史榜单，截至 {time}", "As it was at {time}"),
    "guest": ("匿名网友", "Guest"),
    "home": ("首页", "Home"),
    "hot": ("热点排行", "Hot news"),
    "hours": ("近 72 小时", "Last 72 hours"),
    "kept": ("我的收藏", "Kept articles"),
    "large": ("大", "L"),
    "larger": ("字号", "Size"),
    "latest": ("最新消息", "Latest"),
    "live_at": ("更新至 {time}", "Counted up to {time}"),
    "medium": ("中", "M"),
    "missing": ("没有这个页面", "There is no such page"),
    "missing_text": ("它可能已被撤下，或者地址有误。", "It may have been withdrawn, or the address is wrong."),
    "more": ("更多", "More"),
    "more_comments": ("更多评论", "More comments"),
    "never_frozen": ("那个时间之前没有保存过榜单。", "No list was kept before that time."),
    "new": ("新", "new"),
    "next": ("下一页", "Next page"),
    "none": ("还没有评论。", "No comments yet."),
    "now": ("回到现在", "Back to now"),
    "original": ("查看原文", "Read the original"),
    "peak": ("最高", "Peak"),
    "previous": ("上一页", "Previous page"),
    "print": ("打印", "Print"),
    "rank": ("名次", "Rank"),
    "related": ("相关新闻", "Related"),
    "related_comments": ("相关评论", "Comments"),
    "replies": ("{n} 条回复", "{n} replies"),
    "score": ("数值", "Score"),
    "show": ("查看", "Show"),
    "size": ("字号", "Text size"),
    "skip": ("跳到正文", "Skip to the content"),
    "small": ("小", "S"),
    "source": ("来源", "Source"),
    "tags": ("标签", "Tags"),
    "theme": ("深浅色", "Theme"),
    "trend": ("点击走势", "Clicks by hour"),
    "withheld": ("该评论暂不可见", "This comment is not shown"),
}


def language_of(channel: str) -> Language:
    """The language that a channel is written in."""
    return "en" if channel == "en" else "zh"


def say(language: Language, name: str, **values: object) -> str:
    """A text of a page."""
    return WORDS[name][language == "en"].format(**values)


def board_name(language: Language, board: str) -> str:
    """A board as readers know it; one that the portal has no word for has its own name."""
    return BOARDS.get(board, (board, board))[language == "en"]
