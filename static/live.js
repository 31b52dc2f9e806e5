// Pages that others change too: parts are fetched anew when the stream says so; clocks count on from what was sent.
(() => {
  const page = document, now = () => performance.now() / 1e3, all = (sel, at = page) => at.querySelectorAll(sel);
  all('[data-live]').forEach(e => { e.was = e.innerHTML; });
  setInterval(() => all('[data-left]').forEach(e => {
    const s = Math.ceil(e.dataset.left - now() + (e.from ??= now())), n = Math.abs(s);
    e.textContent = (s < 0 ? '\u2212' : '') + (n / 60 | 0) + ':' + `${n % 60}`.padStart(2, 0);
  }), 250);
  all('[data-stream]').forEach(place => new EventSource(place.dataset.stream).onmessage = async () => {
    const answer = await fetch(location), text = await answer.text(), id = page.activeElement.id;
    if (answer.ok) all('[data-live]', new DOMParser().parseFromString(text, 'text/html')).forEach(f => {
      const e = page.getElementById(f.id), html = f.innerHTML;
      if (e.was !== html) e.innerHTML = e.was = html;
      page.getElementById(id)?.focus();
    });
  });
})();
