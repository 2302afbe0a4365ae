// What the portal does beside the widgets: theme, size of the text, printing, and the articles that a reader keeps.

const root = document.documentElement;
const KEPT = "kept";

function remember(name, value) {
  try {
    localStorage[name] = value;
  } catch {
    // Then it holds for this page.
  }
}

function kept() {
  try {
    return JSON.parse(localStorage[KEPT] ?? "[]");
  } catch {
    return [];
  }
}

function showTheme() {
  const button = document.querySelector("[data-theme-switch]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    remember("theme", root.dataset.theme);
  });
}

function showSizes(buttons) {
  const mark = () => {
    for (const button of buttons) button.ariaPressed = String(button.dataset.size === (root.dataset.textSize ?? "medium"));
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      root.dataset.textSize = button.dataset.size;
      remember("textSize", button.dataset.size);
      mark();
    });
  }
  mark();
}

function showKeeping(button) {
  const { article } = document.querySelector("[data-article]").dataset;
  const mark = () => (button.ariaPressed = String(kept().some(({ id }) => id === article)));
  button.addEventListener("click", () => {
    const others = kept().filter(({ id }) => id !== article);
    const isKept = others.length < kept().length;
    const title = document.querySelector("h1").textContent;
    remember(KEPT, JSON.stringify(isKept ? others : [{ id: article, title }, ...others]));
    mark();
  });
  mark();
}

function showKept(section) {
  const list = section.querySelector("ul");
  for (const { id, title } of kept()) {
    const link = document.createElement("a");
    link.href = `/articles/${encodeURIComponent(id)}`;
    link.textContent = title;
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  section.hidden = !list.childElementCount;
}

showTheme();
const tools = document.querySelector("[data-tools]");
if (tools) {
  tools.hidden = false;
  showSizes(tools.querySelectorAll("[data-size]"));
  showKeeping(tools.querySelector("[data-keep]"));
  tools.querySelector("[data-print]").addEventListener("click", () => print());
}
const section = document.querySelector("[data-kept]");
if (section) showKept(section);
