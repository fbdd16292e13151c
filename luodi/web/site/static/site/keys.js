// Keys of every page for people at work: / goes to the search, g and a letter to a page, j and k to the next of a list
// and the one before, ? shows them all. Nothing needs them.
(() => {
  const seek = document.querySelector(".seek input");
  const help = document.getElementById("keys");
  let went = 0;
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    const typing = at.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName);
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const link = Date.now() - went < 1500 && /^[a-z]$/.test(event.key) && document.querySelector(`a[data-key="${event.key}"]`);
    if (link) {
      link.click();
    } else if (help.open) {
      return;
    } else if (event.key === "/") {
      event.preventDefault();
      seek.focus();
      seek.select();
    } else if (event.key === "?") {
      help.showModal();
    } else if (event.key === "j" || event.key === "k") {
      document.querySelector(`a[data-turn="${event.key}"]`)?.click();
    }
    went = event.key === "g" && !link ? Date.now() : 0;
  });
})();
