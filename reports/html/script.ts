/**
 * The page's script: sorting, filtering, theme, axes from zero. It computes no figure and needs
 * nothing; without it the page only lacks these four. Plain JavaScript, for it runs as it stands.
 */
export const SCRIPT = `
'use strict';
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
for (const element of all('.controls')) element.hidden = false;

const root = document.documentElement;
const theme = document.getElementById('theme');
const systemDark = () => matchMedia('(prefers-color-scheme: dark)').matches;
theme.addEventListener('click', () => {
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : systemDark();
  root.dataset.theme = dark ? 'light' : 'dark';
  theme.setAttribute('aria-pressed', String(!dark));
});
theme.setAttribute('aria-pressed', String(systemDark()));

const zero = document.getElementById('zero');
zero.addEventListener('click', () => {
  const on = zero.getAttribute('aria-pressed') !== 'true';
  zero.setAttribute('aria-pressed', String(on));
  for (const group of all('.axis-fit')) group.setAttribute('display', on ? 'none' : 'inline');
  for (const group of all('.axis-zero')) group.setAttribute('display', on ? 'inline' : 'none');
});

const filter = document.getElementById('filter');
const count = document.getElementById('filter-count');
filter.addEventListener('input', () => {
  const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const matches = (text) => words.every((word) => text.toLowerCase().includes(word));
  const rows = all('[data-filter]');
  let shown = 0;
  for (const row of rows) {
    const visible = matches(row.dataset.filter);
    row.classList.toggle('gone', !visible);
    if (visible && row.tagName === 'TR') shown += 1;
  }
  count.textContent = words.length ? shown + ' rows' : '';
});

const value = (row, column) => {
  const cell = row.cells[column];
  const sort = cell.dataset.sort;
  if (sort === undefined) return cell.textContent;
  return sort === '' ? Number.POSITIVE_INFINITY : Number(sort);
};
const compare = (a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b)));
for (const table of all('table.sortable')) {
  const heads = all('thead th', table);
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const body = table.tBodies[0];
      const rows = [...body.rows].sort((a, b) => compare(value(a, column), value(b, column)) * (down ? -1 : 1));
      body.append(...rows);
    });
  });
}
`.trim();
