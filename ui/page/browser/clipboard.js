// A button that copies a text, and says so in its place for a moment.

const SAID = 4000; // ms

export default function draw({ data, parentElement }) {
  const root = parentElement.querySelector(".clipboard");
  const had = root.getRootNode().activeElement !== null;
  const icon = made("span", { class: "icon", "aria-hidden": "true" }, "content_copy");
  const label = made("span", {}, data.label);
  const button = made("button", { type: "button", class: data.type }, icon, label);
  const told = made("span", { class: "told", role: "status" });
  root.replaceChildren(button, told);
  if (had) button.focus();

  let later;
  button.onclick = async () => {
    const copied = await copy(data.text);
    clearTimeout(later);
    root.querySelector("textarea")?.remove();
    if (!copied) return byHand(root, data);
    icon.textContent = "check";
    label.textContent = told.textContent = data.done;
    later = setTimeout(() => {
      icon.textContent = "content_copy";
      label.textContent = data.label;
      told.textContent = "";
    }, SAID);
  };
  return () => clearTimeout(later);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyThroughTheDocument(text); // over plain http there is no clipboard to write to
  }
}

function copyThroughTheDocument(text) {
  let copied = false;
  const put = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
    copied = true;
  };
  document.addEventListener("copy", put, { once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", put);
  return copied;
}

function byHand(root, data) {
  const text = made("textarea", { readonly: "", rows: "6", "aria-label": data.by_hand });
  text.value = data.text;
  root.append(text);
  text.select();
}

function made(tag, attributes, ...inside) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...inside);
  return node;
}
