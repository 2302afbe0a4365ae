// What the widgets say. {n} is a number or a name.
export const words = {
  hot: "熱點排行", total: "點擊排行", daily: "今日", "three-day": "三天", weekly: "一週", monthly: "一月", heat: "熱度", talk: "{n}熱評",
  more: "更多>>", updated: "更新於 {n}", up: "上升 {n} 位", down: "下降 {n} 位", fresh: "新上榜", new: "新",
  "no-total": "本頻道還沒有點擊", "no-daily": "本頻道今天還沒有點擊", "no-three-day": "本頻道三天內還沒有點擊",
  "no-weekly": "本頻道一週內還沒有點擊", "no-monthly": "本頻道一月內還沒有點擊", "no-comments": "本頻道還沒有評論",
  say: "我來說兩句", comments: "相關評論", count: "{n} 則評論", none: "還沒有評論，來說第一句吧。", comments_closed: "本文評論已關閉。",
  moderated: "本文評論先審後發。", nickname: "暱稱（可不填）", send: "發表", sending: "傳送中…", save: "儲存", cancel: "取消",
  guest: "匿名網友", member: "會員", floor: "{n}樓", now: "剛剛", minutes: "{n} 分鐘前", today: "今天 {n}", edited: "已修改", pinned: "置頂",
  like: "讚", dislike: "踩", reply: "回覆", to: "回覆 {n}", menu: "更多操作", report: "檢舉", edit: "修改", remove: "刪除",
  sure: "刪除這則評論？", newest: "最新", oldest: "最早", best: "最熱", sort: "排序", load: "載入更多", replies: "展開其餘 {n} 則回覆",
  middle: "展開中間 {n} 層", arrived: "{n} 則新評論", pending: "審核中，僅自己可見", deleted: "該評論已刪除", withheld: "該評論暫不可見",
  sent: "已發表", held: "已提交，審核通過後所有人可見", saved: "已儲存", removed: "已刪除", reported: "檢舉已收到，謝謝。", why: "檢舉理由",
  spam: "廣告", abuse: "辱罵攻擊", illegal: "違法資訊", false: "不實資訊", privacy: "洩露隱私", other: "其他", retry: "重試",
  unread: "暫時讀不到，請稍後再試。", offline: "沒有送出，文字已儲存，恢復後自動重送。", wait: "發得太快了，{n} 秒後自動重送。", blank: "請先寫點什麼。",
  long: "超出 {n} 個字，請刪減後再發。", word_blocked: "評論裡有不能發布的詞，請修改後再發。", comment_unknown: "這則評論已經不在了。",
  edit_closed: "發表 15 分鐘後不能再修改。", bad: "請檢查：{n}", failed: "沒有成功，請稍後再試。",
  banned: "您暫時不能發表評論。", comment_repeated: "這句話您剛剛發過。", nickname_protected: "這個暱稱不能使用。", token_invalid: "請重新登入。",
};
