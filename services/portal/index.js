// The front page: fills each channel's box from one request, and again every ten seconds.

const BOARDS = [
  { board: "daily", zh: "今日", en: "Today" },
  { board: "weekly", zh: "一周", en: "Week" },
];
const LIMIT = 10;
const REFRESH_MS = 10_000;

function element(name, text) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  return made;
}

// Titles and addresses come from whoever writes articles: text stays text, and only web addresses become links.
function headline(entry) {
  const link = element("a", entry.title);
  const address = URL.canParse(entry.url, location.href) ? new URL(entry.url, location.href) : null;
  if (address && /^https?:$/.test(address.protocol)) link.href = address.href;
  const item = element("li");
  const score = element("span", String(Math.round(entry.score)));
  score.className = "score";
  item.append(link, " ", score);
  return item;
}

function list(board, entries, english) {
  const part = document.createDocumentFragment();
  const rows = element("ol");
  rows.append(...entries.map(headline));
  const empty = element("p", english ? "No clicks yet." : "还没有点击。");
  part.append(element("h3", english ? board.en : board.zh), entries.length ? rows : empty);
  return part;
}

async function fill(box) {
  const answer = await fetch(`/v1/rankings/${box.dataset.channel}?limit=${LIMIT}`);
  if (!answer.ok && answer.status !== 404) throw new Error(String(answer.status));
  const boards = answer.ok ? (await answer.json()).boards : [];
  const entriesOf = (name) => boards.find((each) => each.board === name && each.metric === "clicks")?.entries ?? [];
  const parts = BOARDS.map((board) => list(board, entriesOf(board.board), box.lang === "en"));
  box.replaceChildren(box.querySelector("h2"), ...parts);
}

async function refresh() {
  const outcomes = await Promise.allSettled([...document.querySelectorAll("[data-channel]")].map(fill));
  const failed = outcomes.some((outcome) => outcome.status === "rejected");
  document.getElementById("status").textContent = failed ? "排行榜暂时无法读取。 The rankings cannot be read just now." : "";
  setTimeout(refresh, REFRESH_MS);
}

refresh();
