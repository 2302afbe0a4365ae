// The desk in plain English.

export const EN = {
  "desk": "Moderators’ desk",
  "nav": "Sections",
  "nav.queue": "Queue", "nav.search": "Search", "nav.words": "Words", "nav.bans": "Bans",
  "nav.articles": "Articles", "nav.boards": "Boards", "nav.audit": "Audit", "nav.overview": "Overview",
  "help": "Keys", "sign_out": "Sign out", "language": "中文", "theme": "Theme",
  "theme.system": "As the system", "theme.light": "Light", "theme.dark": "Dark", "close": "Close",
  "cancel": "Cancel", "save": "Save", "more": "Load more", "loading": "Loading…", "none": "None", "remove": "Remove",
  "channel": "Channel", "channel.all": "Every channel", "status": "State", "status.any": "Any state",
  "status.pending": "waiting", "status.published": "published", "status.rejected": "rejected", "status.spam": "spam", "status.deleted": "deleted",
  "status.withheld": "withheld",
  "retry": "Try again", "actions": "Actions", "reason": "Reason", "until": "Until", "forever": "for ever", "yes": "yes", "no": "no",

  "sign_in": "Sign in", "sign_in.key": "Key", "sign_in.hint": "An API key with the scope moderate. What you do is noted under the key’s name.",
  "sign_in.over": "The session is over; sign in again. Decisions that were not sent yet are kept.", "sign_in.done": "Signed in as {name}",
  "sign_in.out": "Signed out.",

  "queue.title": "Comments to decide on", "queue.left": "{count} waiting", "queue.empty": "Nothing to decide on.",
  "queue.empty_hint": "New comments will appear here.", "queue.next": "Next", "queue.selected": "{count} selected",
  "queue.select": "Select", "queue.select_reader": "Select all of this reader", "queue.clear": "Clear the selection", "queue.new": "{count} new comments are waiting",
  "queue.refilter": "Filter", "queue.focus": "#{floor} · {nickname}", "queue.guest": "anonymous", "queue.elsewhere": "{count} decided by somebody else",

  "decide.publish": "Publish", "decide.reject": "Reject", "decide.spam": "Spam", "decide.delete": "Delete", "decide.pin": "Pin", "decide.unpin": "Unpin",
  "decide.reason": "Reason (if you like)", "decide.reasons": "Usual reasons",
  "reason.abuse": "personal attack", "reason.ad": "advertisement", "reason.false": "false claim", "reason.privacy": "private data", "reason.offtopic": "off topic",
  "done.publish": "Published", "done.reject": "Rejected", "done.spam": "Marked as spam", "done.delete": "Deleted", "done.pin": "Pinned", "done.unpin": "Unpinned",
  "done.one": "{action}: {who}", "done.many": "{action}: {count} comments", "done.next": "Next: {who}, {text}",
  "undo": "Undo", "undo.waiting": "{action}: {count}. Undo within 10 seconds", "undo.mixed": "{count} decisions. Undo within 10 seconds", "undo.now": "Send now",
  "undo.sending": "Sending…", "undo.retry": "Not sent yet, trying again ({count})", "undo.undone": "{count} undone", "undo.nothing": "There is nothing to undo.",
  "undo.sent": "{count} sent", "undo.superseded": "Cannot be undone: the comment has changed since.", "undo.unknown": "The comment is gone.", "undo.refused": "Not sent: {why}",
  "nav.prev": "Previous", "nav.next": "Next", "open_article": "Open the article", "ban_reader": "Ban",

  "why": "Why it is here", "held.moderated_first": "moderated first", "held.flagged_word": "flagged word", "held.reported": "reported by readers",
  "held.first_comments": "a reader’s first comments", "held.new_reader": "new reader", "held.links": "links", "held.repeated_text": "repeated text", "held.repeated": "repeated text", "held.flood": "flood", "held.edited": "edited after publication",
  "held.shadow_ban": "shadow ban", "held.none": "no reason noted",
  "hit": "{word} ({tier})", "tier.any": "Any tier", "tier.block": "block", "tier.hold": "hold", "tier.mask": "mask", "tier.allow": "allow",
  "context.article": "Article", "context.parent": "Answers", "context.history": "The reader’s last five", "context.reports": "Reports",
  "context.history_none": "No other comments of this reader.", "context.network": "Network", "context.reader": "Reader", "context.email": "Mail", "context.website": "Website",
  "context.edited": "edited", "context.queued": "waiting for", "context.pinned": "pinned", "context.shadowed": "shadowed",
  "report.spam": "spam", "report.abuse": "abuse", "report.illegal": "illegal", "report.false": "false", "report.privacy": "privacy", "report.other": "other",
  "field.text": "text", "field.nickname": "nickname", "field.website": "website",

  "search.title": "Search comments", "search.text": "Text or nickname", "search.reader": "Reader’s id", "search.network": "Network", "search.article": "Article’s id", "search.go": "Search",
  "search.none": "No comment is like that.", "search.found": "{count} found", "search.found_more": "The first {count}",
  "column.time": "Time", "column.comment": "Comment", "column.who": "Author", "column.article": "Article", "column.status": "State", "column.word": "Word", "column.tier": "Tier", "column.channel": "Channel",
  "column.by": "Added by", "column.kind": "Kind", "column.value": "Who", "column.shadow": "Shadow", "column.action": "Action", "column.subject": "What", "column.change": "Change", "column.moderator": "Moderator",
  "column.rank": "Rank", "column.score": "Score", "column.title": "Title", "column.mode": "Comments are", "column.comments": "Comments", "column.clicks": "Clicks", "column.published": "Published",

  "words.title": "Words of the filter", "words.add": "Add a word", "words.word": "Word", "words.test": "Try a text", "words.test_text": "A text", "words.test_go": "Check",
  "words.clean": "No hit: it would be published.", "words.hit.block": "It would be refused, and its reader told.", "words.hit.hold": "It would wait in the queue.", "words.hit.mask": "It would be published with stars.",
  "words.masked": "With stars", "words.none": "The list is empty.", "words.added": "Added “{word}”", "words.removed": "Removed “{word}”", "words.removed_undo": "Put back",

  "bans.title": "Bans", "bans.add": "Add a ban", "bans.none": "Nobody is banned.", "bans.kind.reader": "Reader", "bans.kind.prefix": "Network", "bans.kind.nickname": "Nickname",
  "bans.over": "over", "bans.value": "Who", "bans.value_hint": "A reader’s id, a network (203.0.113.0/24) or a nickname (* is anything)", "bans.for": "For", "bans.days": "{count} days", "bans.hours": "{count} hours",
  "bans.shadow": "Shadow ban: only they see what they write", "bans.added": "Banned {value}", "bans.removed": "Lifted the ban of {value}",

  "audit.title": "Audit trail", "audit.none": "Nothing was done yet.", "audit.undone": "undone",
  "action.publish": "published", "action.reject": "rejected", "action.spam": "marked as spam", "action.delete": "deleted", "action.pin": "pinned", "action.unpin": "unpinned", "action.undo": "undid",
  "action.set-comments": "set an article’s comments", "action.set-challenge": "set the proof of work", "action.put-word": "put a word", "action.remove-word": "removed a word", "action.put-ban": "banned", "action.remove-ban": "lifted a ban",
  "action.put-pin": "pinned on a board", "action.remove-pin": "unpinned from a board", "action.put-hidden": "hid from a board", "action.remove-hidden": "showed on a board again", "action.put-greatest-age": "limited a board’s age", "action.remove-greatest-age": "lifted a board’s age limit",

  "articles.title": "Articles", "articles.none": "No article is like that.", "articles.find": "Title or id", "mode.open": "open", "mode.moderated": "moderated first", "mode.closed": "closed",
  "articles.withdraw": "Withdraw", "articles.withdraw_sure": "Withdraw “{title}”? It leaves every board at once and its comments are not shown; publishing it again brings all back.", "articles.withdrawn": "Withdrew “{title}”", "articles.mode_set": "“{title}”: {mode}",
  "articles.default": "as the CMS says ({mode})", "articles.no_cms": "Withdrawing needs a key with the scope cms.",

  "boards.title": "Boards", "boards.board": "Board", "boards.pin": "Pin", "boards.unpin": "Unpin", "boards.hide": "Hide", "boards.show": "Show again", "boards.pinned": "pinned at {position}", "boards.position": "Place",
  "boards.none": "No article is on this board yet.", "boards.hidden": "Hidden articles", "boards.hidden_none": "No article is hidden.", "boards.age": "Only articles published within so many hours", "boards.age_any": "any age", "boards.done": "Changed; readers see it within a second.",
  "boards.as_of": "As of {time}", "boards.add": "Pin or hide by id", "boards.article": "Article’s id", "boards.changes": "Last changes", "boards.hours": "{count} hours", "boards.clicks": "clicks", "boards.comments": "comments", "boards.metric": "By",

  "overview.title": "Overview", "overview.waiting": "Waiting", "overview.oldest": "Oldest waits", "overview.published": "Published", "overview.outbox": "Events on their way to the log", "overview.lag": "Boards’ lag", "overview.dead": "Dead letters",
  "overview.events": "{count} events", "overview.behind": "newest counted {time}", "overview.comments_hour": "Comments an hour", "overview.clicks_hour": "Clicks an hour", "overview.age": "How long comments wait", "overview.lag_now": "Boards’ lag since this page was opened",
  "overview.unit.comments": "comments", "overview.unit.clicks": "clicks", "overview.unit.events": "events", "overview.hour": "hour (local time)", "overview.ago": "minutes ago", "overview.waited": "waiting",
  "overview.workers": "Workers", "overview.worker.comments": "comments worker", "overview.worker.ranking": "ranking worker", "overview.ok": "fine", "overview.behind_state": "behind", "overview.away": "cannot be read", "overview.nothing": "no data", "overview.table": "The figures", "overview.partition": "partition {number}",
  "overview.closed": "Last 48 hours", "overview.all_others": "other states", "overview.fetched": "As of {time}",

  "help.title": "Keyboard", "help.on": "Use single keys", "help.move": "Next / previous", "help.publish": "Publish", "help.reject": "Reject", "help.spam": "Spam", "help.delete": "Delete", "help.pin": "Pin or unpin", "help.undo": "Undo",
  "help.now": "Send now, without the 10 seconds", "help.select": "Select or unselect", "help.select_reader": "Select all of this reader", "help.reason": "Write a reason", "help.ban": "Ban the reader", "help.article": "Open the article", "help.views": "Go to a section", "help.help": "This list", "help.search": "Search", "help.escape": "Leave a field",

  "time.now": "just now", "time.minutes": "{count} min ago", "time.today": "today {clock}",
  "span.seconds": "{count} s", "span.minutes": "{count} min", "span.hours": "{count} h", "span.days": "{count} d",

  "problem.unreachable": "The server does not answer; check the network and try again.", "problem.unknown": "Something went wrong; try again.", "problem.key_unknown": "There is no such key; check it and try again.", "problem.scope_missing": "This key may not do that.",
  "problem.rate_limited": "Too many wrong keys; try again in {seconds} seconds.", "problem.session_over": "The session is over; sign in again.", "problem.csrf_refused": "The request did not pass the origin check; reload the page.", "problem.channel_forbidden": "This key is for other channels.",
  "problem.sessions_unavailable": "Sessions are not available just now; try again in a moment.", "problem.database_unavailable": "The database is not available just now; try again in a moment.", "problem.log_unavailable": "The event log is not available just now; try again in a moment.", "problem.boards_unavailable": "The boards are not available just now; try again in a moment.",
  "problem.upstream_unavailable": "The service is starting or away; try again in a moment.", "problem.article_unknown": "There is no such article, or it is withdrawn.", "problem.word_unknown": "This word is not on the list.", "problem.board_unknown": "There is no such board.", "problem.channel_unknown": "No article was ever put into this channel.", "problem.comment_unknown": "There is no such comment.", "problem.not_found": "Nothing was found.", "problem.internal": "Something went wrong on the server; try again in a moment.",
};
