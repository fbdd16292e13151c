// What a result does better with script: print, copy its address, and say aloud that it was asked again.
"use strict";

for (const button of document.querySelectorAll("[data-print], [data-copy]")) button.hidden = false;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if ("print" in button.dataset) window.print();
  if (button.dataset.copy) {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).href);
    button.textContent = button.dataset.done;
  }
});

// The box stays open, and the focus where it was: one tries one thing after another.
document.addEventListener("htmx:afterSwap", () => {
  const box = document.querySelector("#result .whatif");
  if (box) {
    box.open = true;
    document.getElementById("whatif_go").focus({ preventScroll: true });
  }
  const announcement = document.getElementById("announcement");
  const verdict = document.querySelector("#result h1");
  announcement.textContent = `${announcement.dataset.words}: ${verdict ? verdict.textContent : ""}`;
  for (const button of document.querySelectorAll("#result :is([data-print], [data-copy]), #rest [data-copy]")) button.hidden = false;
});
