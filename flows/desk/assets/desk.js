"use strict";
// Small comforts; every page works without them.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.type !== "file") return;
  const drop = input.closest(".drop");
  if (drop) drop.classList.toggle("filled", input.files.length > 0);
  const title = document.getElementById("title");
  if (title instanceof HTMLInputElement && title.value === "" && input.files.length > 0) {
    title.value = input.files[0].name.replace(/\.[^.]*$/, "");
  }
});
// The whole box takes files, and a file beside it does not replace the page.
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    const files = event.dataTransfer;
    if (!files?.types.includes("Files") || event.target.matches("input[type=file]")) return;
    event.preventDefault();
    const field = event.target.closest(".drop")?.querySelector("input[type=file]");
    if (!field) {
      files.dropEffect = "none";
    } else if (kind === "drop" && files.files.length > 0) {
      field.files = files.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}
// One form is sent once.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  // The page stays: its answer is a file or another tab.
  if (event.target.target === "_blank" || "download" in event.target.dataset) return;
  const button = event.target.querySelector("button:not([type=button])");
  if (!button) return;
  setTimeout(() => {
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
  });
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[aria-busy]")) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
});
// On a narrow screen the step in use may be beyond the edge.
document.querySelector(".steps [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
