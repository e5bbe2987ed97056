// A list of memories: {href, text, marks}.
show((rows) => [
  make("ul", { class: "rows" }, ...rows.map((row) =>
    make("li", {},
      make("a", { href: row.href, dir: "auto" },
        make("span", { class: "text" }, row.text),
        make("span", { class: "marks" }, row.marks))))),
]);
