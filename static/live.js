// Pages that others change, forms checked while one types: parts come anew; clocks count on from what was sent.
const page = document, now = () => performance.now() / 1e3, all = (sel, at = page) => at.querySelectorAll(sel), byId = id => page.getElementById(id);
all('[data-live]').forEach(e => { e.was = e.innerHTML; });
setInterval(() => all('[data-left]').forEach(e => {
  const s = Math.ceil(e.dataset.left - now() + (e.from ??= now())), n = Math.abs(s);
  if (s < 0 && e.dataset.over) location.reload();
  e.textContent = (s < 0 ? '\u2212' : '') + (n / 60 | 0) + ':' + `${n % 60}`.padStart(2, 0);
}), 250);
const renew = async (...ask) => {
  const answer = await fetch(...ask), text = await answer.text(), id = page.activeElement.id;
  if (answer.ok) all('[data-live]', new DOMParser().parseFromString(text, 'text/html')).forEach(f => {
    const e = byId(f.id), html = f.innerHTML;
    if (e.was !== html) e.innerHTML = e.was = html;
    byId(id)?.focus();
  });
};
all('[data-stream]').forEach(place => { new EventSource(place.dataset.stream).onmessage = () => renew(location); });
// One by one: the last answer is about what stands there.
all('[data-check]').forEach(place => {
  let timer, last;
  place.oninput = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      last = Promise.allSettled([last]).then(() => renew(place.dataset.check, { method: 'POST', body: new FormData(place.firstElementChild) }));
    }, 800);
  };
});
// From what is wrong to its line.
page.onclick = e => {
  const box = byId('f-text'), lines = e.target.dataset.line && box.value.split('\n', e.target.dataset.line);
  if (!lines) return;
  const end = lines.join('\n').length;
  box.focus();
  box.setSelectionRange(end - lines.pop().length, end);
};
