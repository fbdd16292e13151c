// Suggestions under the search of the header, while somebody types. Without this script the form leads to the results.
(() => {
  "use strict";
  const input = document.querySelector(".seek input[data-suggest]");
  if (!input) return;
  const list = document.createElement("div");
  const said = document.createElement("p");
  list.id = "suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.label);
  said.className = "unseen";
  said.setAttribute("role", "status");
  input.after(list, said);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  })) input.setAttribute(name, value);

  let options = [], at = -1, timer = 0, asked = null;
  const close = () => {
    list.hidden = true;
    options = [];
    point(-1);
    input.setAttribute("aria-expanded", "false");
  };
  const point = (to) => {
    options[at]?.setAttribute("aria-selected", "false");
    at = to;
    options[at]?.setAttribute("aria-selected", "true");
    options[at]?.scrollIntoView({ block: "nearest" });
    if (options[at]) input.setAttribute("aria-activedescendant", options[at].id);
    else input.removeAttribute("aria-activedescendant");
  };
  const made = (tag, text, className = "") => Object.assign(document.createElement(tag), { textContent: text, className });
  const show = (kinds) => {
    close();
    list.replaceChildren(...kinds.map(({ kind, hits }, number) => {
      const group = made("div", "");
      const head = made("p", kind, "kind");
      head.id = `suggested-kind-${number}`;
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", head.id);
      group.append(head, ...hits.map((hit) => {
        const link = made("a", hit.title);
        link.href = hit.address;
        link.id = `suggested-${options.length}`;
        link.tabIndex = -1;
        link.setAttribute("role", "option");
        link.setAttribute("aria-selected", "false");
        if (hit.detail) link.append(made("small", hit.detail));
        options.push(link);
        return link;
      }));
      return group;
    }));
    list.hidden = !options.length;
    input.setAttribute("aria-expanded", String(options.length > 0));
    said.textContent = options.length ? input.dataset.said.replace("{n}", String(options.length)) : input.dataset.none;
  };
  const ask = async () => {
    asked?.abort();
    const query = input.value.trim();
    if (query.length < 2) return close();
    asked = new AbortController();
    try {
      const address = `${input.dataset.suggest}?q=${encodeURIComponent(query)}`;
      const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "application/json" }, redirect: "error" });
      if (answer.ok && document.activeElement === input) show((await answer.json()).kinds);
    } catch {
      close(); // typed on meanwhile, signed out or offline: the form still searches
    }
  };
  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, 200);
  });
  input.addEventListener("compositionend", ask);
  input.addEventListener("blur", () => setTimeout(close, 200)); // after a click on a suggestion
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "ArrowDown" && options.length) point((at + 1) % options.length);
    else if (event.key === "ArrowUp" && options.length) point((at <= 0 ? options.length : at) - 1);
    else if (event.key === "Enter" && options[at]) options[at].click();
    else return;
    event.preventDefault();
  });
})();
