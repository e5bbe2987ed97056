// Each part is a function for a button of the create tab; `ui/made.py` cuts them apart at the dashes.
// ---
(text) => {
  navigator.clipboard.writeText(text);
  const button = document.querySelector("#copy");
  const before = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = before; }, 1500);
  return [];
}
// ---
(text, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  return [];
}
// ---
() => {
  const show = () => {
    const made = document.querySelector("#made");
    if (made && made.getBoundingClientRect().top > window.innerHeight * 0.7) {
      made.scrollIntoView({ behavior: "smooth", block: "start" });
    }
  };
  setTimeout(show, 500);
  return [];
}
