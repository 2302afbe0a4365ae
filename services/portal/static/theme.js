// Before anything is painted: the theme and the size of the text that this reader chose here.
try {
  const { theme, textSize } = localStorage;
  if (theme) document.documentElement.dataset.theme = theme;
  if (textSize) document.documentElement.dataset.textSize = textSize;
} catch {
  // A browser that keeps nothing shows the system's theme.
}
