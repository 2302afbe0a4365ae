// How many comments there are by now: told by server-sent events, asked for politely where there are none.
const CACHED_MS = 1000;
const POLL_MS = 30000;
const LONGEST_POLL_MS = 300000;

/** Call `tell(total)` whenever it may have changed, while the page is seen and the widget on it. */
export function follow(widget, article, tell) {
  let source;
  let timer;
  let pause = POLL_MS;

  function stop() {
    source?.close();
    clearTimeout(timer);
  }

  function start() {
    stop();
    if (document.hidden) return;
    source = new EventSource(`${widget.api}/v1/articles/${encodeURIComponent(article)}/comments/live`);
    // A page of comments may come from a cache for a second: the news waits until it holds them.
    source.addEventListener("comments", (event) => setTimeout(tell, CACHED_MS, JSON.parse(event.data).total));
    source.onerror = () => {
      // The browser comes back by itself after a break; a refusal is final.
      if (source.readyState === 2) timer = setTimeout(poll, pause / 2);
    };
  }

  async function poll() {
    try {
      tell((await widget.call("/v1/comments/counts", "POST", { article_ids: [article] })).json.counts[article]);
      pause = POLL_MS;
    } catch {
      pause = Math.min(LONGEST_POLL_MS, 2 * pause);
    }
    timer = setTimeout(poll, pause * (1 + Math.random() / 5));
  }

  widget.listen(document, "visibilitychange", start);
  widget.cleanups.push(stop);
  start();
}
