// A button that shows a password, and a meter of its strength. Without this script both fields work as they are.
(() => {
  "use strict";

  // How many characters count: repeats, runs such as abcd or 4321, and the person's own address add nothing.
  const weight = (text, own) => {
    let counted = 0;
    const seen = new Map();
    let rest = text.toLowerCase();
    for (const part of own) if (part.length > 3) rest = rest.split(part).join("");
    for (let at = 0; at < rest.length; at += 1) {
      const code = rest.charCodeAt(at);
      const times = (seen.get(code) || 0) + 1;
      seen.set(code, times);
      const step = at ? code - rest.charCodeAt(at - 1) : 9;
      if (Math.abs(step) > 1 && times < 4) counted += code > 255 ? 2.5 : 1;
    }
    return counted;
  };
  const level = (text, own) => {
    if (text.length < 12) return 0;
    const weighs = weight(text, own);
    return weighs < 9 ? 1 : weighs < 14 ? 2 : 3;
  };
  const parts = () => [...document.querySelectorAll("input[autocomplete=username], input[type=email], input[name=name]")]
    .flatMap((field) => field.value.toLowerCase().split(/[@.\s]/));

  for (const field of document.querySelectorAll("input[data-show]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button second reveal";
    button.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-controls", field.id);
    button.textContent = field.dataset.show;
    button.addEventListener("click", () => {
      const hidden = field.type === "password";
      field.type = hidden ? "text" : "password";
      button.setAttribute("aria-pressed", String(hidden));
      button.textContent = hidden ? field.dataset.hide : field.dataset.show;
    });
    field.form?.addEventListener("submit", () => { field.type = "password"; });
    field.after(button);
    if (!field.dataset.levels) continue;

    const levels = field.dataset.levels.split("|");
    const line = document.createElement("p");
    line.className = "strength";
    const meter = document.createElement("meter");
    meter.min = 0;
    meter.max = 3;
    meter.low = 1.5;
    meter.high = 2.5;
    meter.optimum = 3;
    meter.setAttribute("aria-label", field.dataset.strength);
    const says = document.createElement("span");
    says.setAttribute("role", "status");
    line.append(meter, says);
    button.after(line);
    field.addEventListener("input", () => {
      const found = level(field.value, parts());
      meter.value = found;
      says.textContent = field.value ? `${field.dataset.strength} ${levels[found]}` : "";
    });
  }
})();
