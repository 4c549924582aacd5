// The place of the wizard: whoever went to another step reads on at its beginning, and not where
// the button stood that is gone now.

let shown = null; // the step that was drawn last

export default function draw({ data, parentElement }) {
  const heading = parentElement.querySelector("h2");
  heading.textContent = data.said;
  if (shown !== null && shown !== data.step) {
    heading.scrollIntoView({ block: "center" });
    heading.focus({ preventScroll: true });
  }
  shown = data.step;
}
