// The place of the wizard: whoever went to another step reads on at its beginning, and not where
// the button stood that is gone now.

let shown = null; // the step that was drawn last

export default function draw({ data, parentElement }) {
  const place = parentElement.querySelector(".place");
  const there = place.querySelector("h2");
  const heading = there ?? document.createElement("h2");
  heading.tabIndex = -1;
  heading.textContent = data.said;
  // Only now: one without words would be heard as such. One that is put in again loses the focus.
  if (!there) place.append(heading);
  if (shown !== null && shown !== data.step) {
    heading.scrollIntoView({ block: "center" });
    heading.focus({ preventScroll: true });
  }
  shown = data.step;
}
