// Beginnings of a chat: {title, why, starters: {id, text, because}}. "Why these?" shows the reasons.
show(({ title, why, starters }) => {
  const write = (starter) => {
    trigger("select", { id: starter.id, text: starter.text });
    setTimeout(() => document.querySelector("#message textarea")?.focus(), 150);
  };
  const list = make("ul", { "aria-label": title }, ...starters.map((starter) => {
    const button = make("button", { type: "button", dir: "auto" }, make("span", {}, starter.text),
      make("small", { hidden: "" }, starter.because));
    button.addEventListener("click", () => write(starter));
    return make("li", {}, button);
  }));
  const toggle = make("button", { type: "button", class: "why", "aria-expanded": "false" }, why);
  toggle.addEventListener("click", () => {
    const isOpen = toggle.getAttribute("aria-expanded") !== "true";
    toggle.setAttribute("aria-expanded", String(isOpen));
    list.querySelectorAll("small").forEach((each) => each.toggleAttribute("hidden", !isOpen));
  });
  return starters.length ? [list, toggle] : [];
});
