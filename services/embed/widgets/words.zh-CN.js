// What the widgets say. {n} is a number or a name.
export const words = {
  hot: "热点排行", total: "点击排行", daily: "今日", "three-day": "三天", weekly: "一周", monthly: "一月", heat: "热度", talk: "{n}热评",
  more: "更多>>", updated: "更新于 {n}", up: "上升 {n} 位", down: "下降 {n} 位", fresh: "新上榜", new: "新",
  "no-total": "本频道还没有点击", "no-daily": "本频道今天还没有点击", "no-three-day": "本频道三天内还没有点击",
  "no-weekly": "本频道一周内还没有点击", "no-monthly": "本频道一月内还没有点击", "no-comments": "本频道还没有评论",
  say: "我来说两句", comments: "相关评论", count: "{n} 条评论", none: "还没有评论，来说第一句吧。", comments_closed: "本文评论已关闭。",
  moderated: "本文评论先审后发。", nickname: "昵称（可不填）", send: "发表", sending: "发送中…", save: "保存", cancel: "取消",
  guest: "匿名网友", member: "会员", floor: "{n}楼", now: "刚刚", minutes: "{n} 分钟前", today: "今天 {n}", edited: "已修改", pinned: "置顶",
  like: "赞", dislike: "踩", reply: "回复", to: "回复 {n}", menu: "更多操作", report: "举报", edit: "修改", remove: "删除",
  sure: "删除这条评论？", newest: "最新", oldest: "最早", best: "最热", sort: "排序", load: "加载更多", replies: "展开其余 {n} 条回复",
  middle: "展开中间 {n} 层", arrived: "{n} 条新评论", pending: "审核中，仅自己可见", deleted: "该评论已删除", withheld: "该评论暂不可见",
  sent: "已发表", held: "已提交，审核通过后所有人可见", saved: "已保存", removed: "已删除", reported: "举报已收到，谢谢。", why: "举报理由",
  spam: "广告", abuse: "辱骂攻击", illegal: "违法信息", false: "不实信息", privacy: "泄露隐私", other: "其他", retry: "重试",
  unread: "暂时读不到，请稍后再试。", offline: "没有发出去，文字已保存，恢复后自动重发。", wait: "发得太快了，{n} 秒后自动重发。", blank: "请先写点什么。",
  long: "超出 {n} 个字，请删减后再发。", word_blocked: "评论里有不能发布的词，请修改后再发。", comment_unknown: "这条评论已经不在了。",
  edit_closed: "发表 15 分钟后不能再修改。", bad: "请检查：{n}", failed: "没有成功，请稍后再试。",
  banned: "您暂时不能发表评论。", comment_repeated: "这句话您刚刚发过。", nickname_protected: "这个昵称不能使用。", token_invalid: "请重新登录。",
};
