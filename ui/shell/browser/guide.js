// The guide of a first visit: a few steps in a corner, which leave the page as it is.
// Whoever has closed it does not see it again by itself, in this browser.

const SEEN = "pheu.guide";
let asked = 0; // how often it was asked for, in the menu
let step = null; // the one that is shown; null when it is closed
let opener = null; // what it was asked for with, which has the focus again once it is closed

export default function draw({ data, parentElement }) {
  const root = parentElement.querySelector(".guide");
  const wanted = data.asked > asked;
  asked = data.asked;
  if (wanted || (step === null && data.first && !seen())) step = 0;
  show(root, data);
  if (wanted) {
    opener = document.activeElement;
    root.querySelector("h2").focus();
  }
}

function show(root, data) {
  root.hidden = step === null;
  if (root.hidden) return root.replaceChildren();
  const { title, text } = data.steps[step];
  const last = step === data.steps.length - 1;
  const go = (to) => {
    step = to;
    if (to === null) keep();
    show(root, data);
    (root.querySelector("h2") ?? opener)?.focus();
  };
  const heading = made("h2", { id: "title", tabindex: "-1" }, title);
  const close = made("button", { type: "button", class: "close", "aria-label": data.close }, "✕");
  const back = made("button", { type: "button" }, data.back);
  const next = made("button", { type: "button", class: "next" }, last ? data.done : data.next);
  close.onclick = () => go(null);
  back.onclick = () => go(step - 1);
  next.onclick = () => go(last ? null : step + 1);
  back.hidden = step === 0;
  const place = made("span", {}, `${step + 1} / ${data.steps.length}`);
  const foot = made("div", { class: "foot" }, place, back, next);
  const box = made("section", { role: "dialog", "aria-labelledby": "title", lang: data.lang });
  box.append(close, heading, made("p", {}, text), foot);
  box.onkeydown = (event) => event.key === "Escape" && go(null);
  root.replaceChildren(box);
}

function made(tag, attributes, ...inside) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...inside);
  return node;
}

// A browser that keeps nothing shows it once a visit.
function seen() {
  try {
    return localStorage.getItem(SEEN) !== null;
  } catch {
    return false;
  }
}

function keep() {
  try {
    localStorage.setItem(SEEN, "closed");
  } catch {
    // it was said that nothing may be kept
  }
}
