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
