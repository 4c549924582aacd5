// What belongs to the whole document: its language, and the way to a place in it.

// The address that was opened: Streamlit leaves the place out when it writes the address anew.
const opened = performance.getEntriesByType("navigation")[0]?.name ?? location.href;
let sought = new URL(opened).hash || location.hash;
let watcher = null;

let tell = () => {};

export default function draw({ data, setTriggerValue }) {
  document.documentElement.lang = data.lang;
  tell = setTriggerValue;
  if (sought) seek();
}

// Charts are drawn in the colours of a theme: in another one, the page is drawn anew. A moment
// later, when Streamlit has taken over the theme itself and tells the server which one it is.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (theme) =>
  setTimeout(() => tell("theme", theme.matches ? "dark" : "light"), 200),
);

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

// On a phone the menu lies over the page: it closes when a page was chosen.
addEventListener("click", (event) => {
  if (innerWidth > 768 || !event.target.closest?.("[data-testid=stSidebarNavLink]")) return;
  document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
});

// A link to a page of ours stays in this tab, as those of the menu do.
addEventListener(
  "click",
  (event) => {
    const link = event.composedPath().find((each) => each.tagName === "A");
    if (link?.target === "_blank" && link.origin === location.origin) link.target = "_self";
  },
  { capture: true },
);
