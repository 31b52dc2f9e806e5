// Forms filled in where the network drops: kept here, sent once; known by the form's key, or its address. The server keeps one.
(() => {
  'use strict';
  const page = document, form = page.querySelector('form[data-keep]'), note = page.querySelector('[data-kept-note]');
  if (!note) return;
  const start = 'cadre:keep:', memory = new Map();
  const attempt = fn => { try { return fn(); } catch { return null; } };
  const keys = () => [...new Set([...memory.keys(), ...attempt(() => Object.keys(localStorage).filter(k => k.startsWith(start))) || []])];
  const read = k => memory.get(k) || attempt(() => JSON.parse(localStorage.getItem(k)));
  const drop = k => { memory.delete(k); attempt(() => localStorage.removeItem(k)); };
  const keep = (k, v) => { memory.set(k, v); return attempt(() => { localStorage.setItem(k, JSON.stringify(v)); return true; }); };
  const show = (kind, ...what) => {
    note.className = 'note ' + kind;
    note.replaceChildren(...what);
    note.hidden = false;
  };
  const make = (tag, props) => Object.assign(page.createElement(tag), props);
  const post = v => fetch(v.url, { method: 'POST', body: new URLSearchParams(v.body), headers: { accept: 'application/json' } });
  // Sent as a browser does: the page shows what is wrong, filled in.
  const look = (k, v) => {
    const f = make('form', { method: 'post', action: v.url });
    v.body.forEach(([name, value]) => f.append(make('input', { type: 'hidden', name, value })));
    page.body.append(f);
    drop(k);
    f.submit();
  };
  let busy = false;
  const flush = async () => {
    if (busy) return;
    busy = true;
    for (const k of keys()) {
      const v = read(k);
      if (!v) { drop(k); continue; }
      try {
        const r = await post(v);
        if (r.ok) { drop(k); show('good', v.sent); continue; }
        if (r.status >= 500 || r.status === 429) break;
        show('bad', v.refused + ' ', make('button', { type: 'button', className: 'btn second', textContent: v.look, onclick: () => look(k, v) }));
        break;
      } catch { break; }
    }
    busy = false;
  };
  addEventListener('online', flush);
  setInterval(() => keys().length && flush(), 15000);
  flush();

  if (!form) return;
  const words = form.dataset;
  let sending = false;
  form.onsubmit = async e => {
    e.preventDefault();
    if (sending) return;
    sending = true;
    const button = form.querySelector('[type=submit]');
    button.ariaDisabled = true;
    const v = { url: form.action, body: [...new FormData(form)], sent: words.textSent, refused: words.textRefused, look: words.textLook };
    try {
      const r = await post(v);
      if (r.ok) {
        const to = (await r.json()).location;
        form.reset();
        return location.href = to;
      }
      if (r.status < 500 && r.status !== 429) return form.submit();
      throw r;
    } catch {
      const key = form.elements.key, kept = keep(start + (key?.value ?? new URL(v.url).pathname), v);
      show('warn', kept ? words.textKept : words.textFull);
      form.reset();
      if (key) key.value = [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, 0)).join('');
      note.scrollIntoView({ block: 'center' });
      button.ariaDisabled = null;
      sending = false;
    }
  };
})();
