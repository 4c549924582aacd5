// What belongs to the whole document: its language, and the way to a place in it.

// The address that was opened: Streamlit leaves the place out when it writes the address anew.
const opened = performance.getEntriesByType("navigation")[0]?.name ?? location.href;
let sought = new URL(opened).hash || location.hash;
let watcher = null;

let tell = () => {};

const browsers = [...navigator.languages];
const COUNTRIES = { vi: "vi-VN", en: "en-GB" };

// Streamlit's English names of its buttons, and ours by them; of each that was replaced, its own.
const NAMED = ["aria-label", "title", "placeholder", "alt"];
// And what says more than a name: a tip, the hint in a field, the way past the menu.
const SAID = ["stTooltipContent", "InputInstructions", "stSkipToContent"]
  .map((part) => `[data-testid=${part}]`)
  .join();
let words = null; // until the page has said its language
const own = new WeakMap();

export default function draw({ data, setTriggerValue }) {
  document.documentElement.lang = data.lang;
  speak(data.lang);
  tell = setTriggerValue;
  look(data.theme);
  if (JSON.stringify(data.words) !== JSON.stringify(words)) {
    words = data.words;
    rename(document.body);
  }
  if (sought) seek();
}

// The months of a calendar, and numbers that the browser writes itself, are in the language that the
// browser says it speaks: the page's, in the country's way that the reader has of it.
function speak(lang) {
  const country = browsers.find((each) => each.split("-")[0] === lang) ?? COUNTRIES[lang] ?? lang;
  if (navigator.language === country) return;
  Object.defineProperty(navigator, "language", { configurable: true, get: () => country });
  Object.defineProperty(navigator, "languages", { configurable: true, get: () => [country] });
  dispatchEvent(new Event("languagechange"));
}

// Charts are drawn in the colours of a theme: in another one, the page is drawn anew. A moment
// later, when Streamlit has taken over the theme itself and tells the server which one it is.
const DARK = "(prefers-color-scheme: dark)";
const ask = matchMedia.bind(window);
ask(DARK).addEventListener("change", drawAnew);

function drawAnew() {
  setTimeout(() => tell("theme", matchMedia(DARK).matches ? "dark" : "light"), 200);
}

// A wall may have a theme of its own. Streamlit asks the browser for one, anew after it has printed:
// it is answered here, and told that it has.
let themed = null;

function look(theme) {
  if (theme === themed) return;
  themed = theme;
  dispatchEvent(new Event("afterprint"));
  drawAnew();
}

window.matchMedia = (query) => {
  const asked = ask(query);
  if (query !== DARK || themed === null) return asked;
  return new Proxy(asked, {
    get: (_, name) => {
      if (name === "matches") return themed === "dark";
      const found = asked[name];
      return typeof found === "function" ? found.bind(asked) : found;
    },
  });
};

// Gives what Streamlit drew the names of the page's language, and takes them back in English.
function rename(root) {
  for (const node of [root, ...root.querySelectorAll("[aria-label], [title], [placeholder], [alt]")]) {
    NAMED.forEach((attribute) => renameOne(node, attribute));
    // A sign is there for the eye: the word beside it says the same.
    if (node.getAttribute("role") === "img" && / icon$/.test(node.getAttribute("aria-label") ?? "")) {
      node.setAttribute("aria-hidden", "true");
    }
  }
  for (const said of root.querySelectorAll(SAID)) renameText(said);
  const said = root.closest(SAID);
  if (said) renameText(said);
}

function renameOne(node, attribute) {
  const shown = node.getAttribute(attribute);
  if (shown === null) return;
  const kept = own.get(node) ?? {};
  const theirs = kept[attribute]?.ours === shown ? kept[attribute].theirs : shown;
  const ours = inOurWords(theirs) ?? theirs;
  if (ours === shown) return;
  own.set(node, { ...kept, [attribute]: { theirs, ours } });
  node.setAttribute(attribute, ours);
}

function renameText(said) {
  const texts = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    const kept = own.get(node);
    const theirs = kept?.ours === node.nodeValue ? kept.theirs : node.nodeValue;
    const ours = inOurWords(theirs.trim()) ?? theirs;
    if (ours === node.nodeValue) continue;
    own.set(node, { theirs, ours });
    node.nodeValue = ours;
  }
}

function inOurWords(text) {
  const number = /\d+/.exec(text)?.[0];
  if (number === undefined) return Object.hasOwn(words, text) ? words[text] : undefined;
  return words[text.replace(number, "{n}")]?.replace("{n}", number);
}

new MutationObserver((changes) => {
  if (words === null) return;
  for (const { type, target, attributeName, addedNodes } of changes) {
    if (type === "attributes") renameOne(target, attributeName);
    else for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) rename(node);
  }
}).observe(document.body, {
  subtree: true,
  childList: true,
  attributes: true,
  attributeFilter: NAMED,
});

// Shows the place that the address names, as soon as it is drawn; what it is folded in is opened.
function seek() {
  watcher?.disconnect();
  const look = () => {
    const place = document.getElementById(decodeURIComponent(sought.slice(1)));
    if (!place) return;
    sought = "";
    watcher.disconnect();
    for (let at = place; at; at = at.parentElement?.closest("details")) {
      if (at.tagName === "DETAILS") at.open = true;
    }
    place.scrollIntoView({ block: "center" });
    place.tabIndex = -1;
    place.focus({ preventScroll: true });
  };
  watcher = new MutationObserver(look);
  watcher.observe(document.body, { childList: true, subtree: true });
  look();
}

addEventListener("hashchange", () => {
  sought = location.hash;
  if (sought) seek();
});

// On a phone the menu lies over the page: it closes when a page or a saved view was chosen.
addEventListener("click", (event) => {
  if (innerWidth > 768 || !event.target.closest?.("[data-testid=stSidebar] a")) return;
  document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
});

// Escape closes a dialog from a date in it, too: the field of the date keeps that key to itself.
addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || !event.target.closest?.("[data-testid=stDateInputField]")) return;
    event.target.closest("[role=dialog]")?.querySelector(":scope > button")?.click();
  },
  { capture: true },
);

// A link to a page of ours stays in this tab, as those of the menu do.
addEventListener(
  "click",
  (event) => {
    const link = event.composedPath().find((each) => each.tagName === "A");
    if (link?.target === "_blank" && link.origin === location.origin) link.target = "_self";
  },
  { capture: true },
);
