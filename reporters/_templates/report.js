// Filters the table of all devices. The page is whole without it: the form is hidden until this runs.
(() => {
  const form = document.getElementById("filter"), table = document.getElementById("devices"), said = document.getElementById("matched");
  if (!form || !table) return;
  const rows = Array.from(table.tBodies[0].rows, (row) => [row, row.textContent.toLowerCase()]);
  const apply = () => {
    const word = form.elements.word.value.trim().toLowerCase(), outcome = form.elements.outcome.value;
    let count = 0;
    for (const [row, text] of rows) {
      const fits = (!word || text.includes(word)) && (!outcome || row.dataset.outcome === outcome);
      row.hidden = !fits;
      count += fits;
    }
    said.textContent = said.dataset.words.replace("{count}", count).replace("{all}", rows.length);
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("beforeprint", () => { for (const [row] of rows) row.hidden = false; });
  window.addEventListener("afterprint", apply);
  apply();
})();
