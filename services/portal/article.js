// An article's page: shows what the API and the demo's content say, and counts one click.

const id = decodeURIComponent(location.pathname.split("/").pop());

function show(name, text) {
  document.getElementById(name).textContent = text;
}

async function summary() {
  const entries = await (await fetch("/content/articles.json")).json();
  const [channel, , number] = id.split("-");
  return entries.find((entry) => entry.key === `${channel}-${number}`)?.summary ?? "";
}

async function load() {
  const answer = await fetch(`/v1/articles/${encodeURIComponent(id)}`);
  if (!answer.ok) throw new Error(String(answer.status));
  const article = await answer.json();
  document.title = `${article.title} · Redian 热点`;
  show("title", article.title);
  const day = new Date(article.published_at).toLocaleString(document.documentElement.lang);
  show("byline", [article.source, article.editor, day].filter(Boolean).join(" · "));
  navigator.sendBeacon("/v1/clicks", JSON.stringify({ article_id: id }));
  show("summary", await summary());
}

load().catch(() => show("status", "这篇文章暂时无法读取。 This article cannot be read just now."));
