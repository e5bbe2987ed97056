// How the page looks to this user: {text_size, density, language}. The style sheet does the rest.
show(({ text_size, density, language }) => {
  const page = document.documentElement;
  page.dataset.textSize = text_size;
  page.dataset.density = density;
  page.lang = language;
  return [];
});
