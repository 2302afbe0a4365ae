// 审核台的中文。 Chinese as an editor writes it.

export const ZH = {
  "desk": "审核台",
  "nav": "栏目",
  "nav.queue": "待审", "nav.search": "查找", "nav.words": "词表", "nav.bans": "封禁",
  "nav.articles": "文章", "nav.boards": "榜单", "nav.audit": "记录", "nav.overview": "概况",
  "help": "快捷键", "sign_out": "退出", "language": "English", "theme": "主题",
  "theme.system": "跟随系统", "theme.light": "浅色", "theme.dark": "深色", "close": "关闭",
  "cancel": "取消", "save": "保存", "more": "加载更多", "loading": "正在读取…", "none": "没有", "remove": "删除",
  "channel": "频道", "channel.all": "全部频道", "status": "状态", "status.any": "全部状态",
  "status.pending": "待审", "status.published": "已发布", "status.rejected": "已拒绝", "status.spam": "垃圾", "status.deleted": "已删除",
  "status.withheld": "未公开",
  "retry": "重试", "actions": "操作", "reason": "理由", "until": "到期", "forever": "永久", "yes": "是", "no": "否",

  "sign_in": "登录", "sign_in.key": "密钥", "sign_in.hint": "具有 moderate 权限的 API 密钥。操作会以密钥的名称记入审核记录。",
  "sign_in.over": "登录已过期，请重新登录。尚未提交的决定都还在。", "sign_in.done": "已登录：{name}",
  "sign_in.out": "已退出。",

  "queue.title": "待审评论", "queue.left": "还有 {count} 条待审", "queue.empty": "没有要处理的评论。",
  "queue.empty_hint": "新的评论到了会出现在这里。", "queue.next": "接下来", "queue.selected": "已选 {count} 条",
  "queue.select": "选中", "queue.select_reader": "选中此人全部", "queue.clear": "取消选择", "queue.new": "{count} 条新的待审评论",
  "queue.refilter": "筛选", "queue.focus": "第 {floor} 楼 · {nickname}", "queue.guest": "匿名", "queue.elsewhere": "{count} 条已由别人处理",

  "decide.publish": "通过", "decide.reject": "拒绝", "decide.spam": "垃圾", "decide.delete": "删除", "decide.pin": "置顶", "decide.unpin": "取消置顶",
  "decide.reason": "理由（可不填）", "decide.reasons": "常用理由",
  "reason.abuse": "人身攻击", "reason.ad": "广告", "reason.false": "不实信息", "reason.privacy": "泄露隐私", "reason.offtopic": "与本文无关",
  "done.publish": "已通过", "done.reject": "已拒绝", "done.spam": "已标为垃圾", "done.delete": "已删除", "done.pin": "已置顶", "done.unpin": "已取消置顶",
  "done.one": "{action}：{who}", "done.many": "{action} {count} 条", "done.next": "下一条：{who}，{text}",
  "undo": "撤销", "undo.waiting": "{action} {count} 条，10 秒内可撤销", "undo.mixed": "{count} 项决定，10 秒内可撤销", "undo.now": "立即提交",
  "undo.sending": "正在提交…", "undo.retry": "没有提交成功，正在重试（{count} 项）", "undo.undone": "已撤销 {count} 项", "undo.nothing": "没有可以撤销的决定。",
  "undo.sent": "已提交 {count} 项", "undo.superseded": "不能撤销：这条评论后来又变了。", "undo.unknown": "这条评论已经不在了。", "undo.refused": "没有提交：{why}",
  "nav.prev": "上一条", "nav.next": "下一条", "open_article": "打开文章", "ban_reader": "封禁",

  "why": "为什么在这里", "held.moderated_first": "先审后发", "held.flagged_word": "含有关注词", "held.reported": "读者举报",
  "held.first_comments": "新读者的头几条", "held.new_reader": "新读者", "held.links": "含有链接", "held.repeated_text": "重复内容", "held.repeated": "重复内容", "held.flood": "短时间内大量发言", "held.edited": "发布后修改过",
  "held.shadow_ban": "隐形封禁", "held.none": "没有记下原因",
  "hit": "{word}（{tier}）", "tier.any": "全部", "tier.block": "拦截", "tier.hold": "待审", "tier.mask": "打码", "tier.allow": "放行",
  "context.article": "文章", "context.parent": "回复的评论", "context.history": "这位读者最近五条", "context.reports": "读者举报",
  "context.history_none": "这位读者没有别的评论。", "context.network": "网段", "context.reader": "读者", "context.email": "邮箱", "context.website": "网站",
  "context.edited": "修改于", "context.queued": "等了", "context.pinned": "已置顶", "context.shadowed": "隐形",
  "report.spam": "广告垃圾", "report.abuse": "攻击谩骂", "report.illegal": "违法", "report.false": "不实", "report.privacy": "隐私", "report.other": "其他",
  "field.text": "正文", "field.nickname": "昵称", "field.website": "网站",

  "search.title": "查找评论", "search.text": "正文或昵称", "search.reader": "读者编号", "search.network": "网段", "search.article": "文章编号", "search.go": "查找",
  "search.none": "没有找到这样的评论。", "search.found": "找到 {count} 条", "search.found_more": "先列出 {count} 条",
  "column.time": "时间", "column.comment": "评论", "column.who": "作者", "column.article": "文章", "column.status": "状态", "column.word": "词", "column.tier": "处理", "column.channel": "频道",
  "column.by": "添加者", "column.kind": "类别", "column.value": "对象", "column.shadow": "隐形", "column.action": "操作", "column.subject": "对象", "column.change": "变化", "column.moderator": "审核员",
  "column.rank": "名次", "column.score": "分数", "column.title": "标题", "column.mode": "评论", "column.comments": "评论数", "column.clicks": "点击数", "column.published": "发布时间",

  "words.title": "过滤词表", "words.add": "添加词", "words.word": "词", "words.test": "试一试", "words.test_text": "一段文字", "words.test_go": "检查",
  "words.clean": "没有命中，会直接发布。", "words.hit.block": "会被拦截，读者会被告知。", "words.hit.hold": "会进入待审。", "words.hit.mask": "会打码后发布。",
  "words.masked": "打码后", "words.none": "词表是空的。", "words.added": "已添加「{word}」", "words.removed": "已删除「{word}」", "words.removed_undo": "放回",

  "bans.title": "封禁", "bans.add": "添加封禁", "bans.none": "没有人被封禁。", "bans.kind.reader": "读者", "bans.kind.prefix": "网段", "bans.kind.nickname": "昵称",
  "bans.over": "已到期", "bans.value": "对象", "bans.value_hint": "读者编号、网段（203.0.113.0/24）或昵称（* 代表任意字符）", "bans.for": "期限", "bans.days": "{count} 天", "bans.hours": "{count} 小时",
  "bans.shadow": "隐形封禁：只有他自己看得见他写的", "bans.added": "已封禁 {value}", "bans.removed": "已解除 {value}",

  "audit.title": "审核记录", "audit.none": "还没有记录。", "audit.undone": "已撤销",
  "action.publish": "通过", "action.reject": "拒绝", "action.spam": "标为垃圾", "action.delete": "删除", "action.pin": "置顶", "action.unpin": "取消置顶", "action.undo": "撤销",
  "action.set-comments": "设定评论开关", "action.set-challenge": "设定工作量证明", "action.put-word": "添加词", "action.remove-word": "删除词", "action.put-ban": "封禁", "action.remove-ban": "解除封禁",
  "action.put-pin": "榜单置顶", "action.remove-pin": "取消榜单置顶", "action.put-hidden": "从榜单隐藏", "action.remove-hidden": "在榜单恢复", "action.put-greatest-age": "限定榜单时限", "action.remove-greatest-age": "取消榜单时限",

  "articles.title": "文章", "articles.none": "没有这样的文章。", "articles.find": "标题或编号", "mode.open": "开放", "mode.moderated": "先审后发", "mode.closed": "关闭",
  "articles.withdraw": "撤下", "articles.withdraw_sure": "撤下「{title}」？它会立刻离开所有榜单，评论不再显示；重新发布即可恢复。", "articles.withdrawn": "已撤下「{title}」", "articles.mode_set": "「{title}」：{mode}",
  "articles.default": "按 CMS（{mode}）", "articles.no_cms": "撤下文章要有 cms 权限的密钥。",

  "boards.title": "榜单", "boards.board": "榜单", "boards.pin": "置顶", "boards.unpin": "取消置顶", "boards.hide": "隐藏", "boards.show": "恢复显示", "boards.pinned": "置顶第 {position} 位", "boards.position": "位置",
  "boards.none": "这个榜单还没有文章。", "boards.hidden": "已隐藏的文章", "boards.hidden_none": "没有隐藏的文章。", "boards.age": "只显示多少小时以内发布的文章", "boards.age_any": "不限", "boards.done": "已更改，读者下一秒就会看到。",
  "boards.as_of": "更新于 {time}", "boards.add": "按编号置顶或隐藏", "boards.article": "文章编号", "boards.changes": "最近的改动", "boards.hours": "{count} 小时", "boards.clicks": "点击", "boards.comments": "评论", "boards.metric": "按",

  "overview.title": "概况", "overview.waiting": "待审", "overview.oldest": "最久等了", "overview.published": "已发布", "overview.outbox": "待入日志的事件", "overview.lag": "榜单滞后", "overview.dead": "死信",
  "overview.events": "{count} 条事件", "overview.behind": "最新计入 {time}", "overview.comments_hour": "每小时评论", "overview.clicks_hour": "每小时点击", "overview.age": "待审评论等了多久", "overview.lag_now": "榜单滞后，打开本页以来",
  "overview.unit.comments": "条", "overview.unit.clicks": "次", "overview.unit.events": "条事件", "overview.hour": "时（本地时间）", "overview.ago": "距今（分钟）", "overview.waited": "等待时间",
  "overview.workers": "后台进程", "overview.worker.comments": "评论工作进程", "overview.worker.ranking": "榜单工作进程", "overview.ok": "正常", "overview.behind_state": "落后", "overview.away": "无法读取", "overview.nothing": "没有数据", "overview.table": "数据表", "overview.partition": "分区 {number}",
  "overview.closed": "最近 48 小时", "overview.all_others": "其他状态", "overview.fetched": "更新于 {time}",

  "help.title": "键盘快捷键", "help.on": "使用单键快捷键", "help.move": "下一条 / 上一条", "help.publish": "通过", "help.reject": "拒绝", "help.spam": "垃圾", "help.delete": "删除", "help.pin": "置顶或取消", "help.undo": "撤销",
  "help.now": "立即提交，不等 10 秒", "help.select": "选中或取消", "help.select_reader": "选中此人全部", "help.reason": "写理由", "help.ban": "封禁这位读者", "help.article": "打开文章", "help.views": "切换栏目", "help.help": "这张表", "help.search": "查找", "help.escape": "离开输入框",

  "time.now": "刚刚", "time.minutes": "{count} 分钟前", "time.today": "今天 {clock}",
  "span.seconds": "{count} 秒", "span.minutes": "{count} 分钟", "span.hours": "{count} 小时", "span.days": "{count} 天",

  "problem.unreachable": "连不上服务器，请检查网络后重试。", "problem.unknown": "出错了，请重试。", "problem.key_unknown": "没有这个密钥，请检查后再输入。", "problem.scope_missing": "这个密钥没有所需的权限。",
  "problem.rate_limited": "错误太多，请 {seconds} 秒后再试。", "problem.session_over": "登录已过期，请重新登录。", "problem.csrf_refused": "请求没有通过来源检查，请刷新页面。", "problem.channel_forbidden": "这个密钥不管这个频道。",
  "problem.sessions_unavailable": "登录服务暂时不可用，请稍后再试。", "problem.database_unavailable": "数据库暂时不可用，请稍后再试。", "problem.log_unavailable": "事件日志暂时不可用，请稍后再试。", "problem.boards_unavailable": "榜单暂时不可用，请稍后再试。",
  "problem.upstream_unavailable": "服务正在启动或暂时不可用，请稍后再试。", "problem.article_unknown": "没有这篇文章，或已撤下。", "problem.word_unknown": "词表里没有这个词。", "problem.board_unknown": "没有这个榜单。", "problem.channel_unknown": "这个频道还没有文章。", "problem.comment_unknown": "没有这条评论。", "problem.not_found": "没有找到。", "problem.internal": "服务器出错了，请稍后再试。",
};
