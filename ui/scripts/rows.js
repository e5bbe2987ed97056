// A list of memories: {href, text, marks}.
show((rows) => [
  make("ul", { class: "rows" }, ...rows.map((row) =>
    make("li", {},
      make("a", { href: row.href },
        make("span", { class: "text", dir: "auto" }, row.text),
        make("span", { class: "marks" }, row.marks))))),
]);
