// A text sealed on the server, never kept here: sent as a draft while typed and when the page is left.
(() => {
  'use strict';
  const note = document.querySelector('[data-unsaved]'), form = [...document.forms].find(f => f.elements.kept);
  if (!note || !form) return;
  const words = note.dataset;
  let timer = 0, typed = false, running = null, over = false;
  const show = (kind, text) => { note.className = 'note ' + kind; note.textContent = text; note.hidden = false; };
  const later = ms => { timer ||= setTimeout(keep, ms); };
  const send = async keepalive => {
    typed = false;
    try {
      const body = new URLSearchParams(new FormData(form));
      body.set('unsaved', 1);
      const r = await fetch(form.action, { method: 'POST', body, headers: { accept: 'application/json' }, keepalive });
      if (r.status >= 500 || r.status === 429) throw r;
      const said = await r.json();
      if (r.ok) {
        form.action = said.action;
        for (const k of ['version', 'kept', 'kept_version']) form.elements[k].value = said[k];
        if (!typed) form.dataset.nowarn = '';
        return show('info', words.textKept);
      }
      over = r.status === 409 || r.status === 401;
      show('warn', r.status === 409 ? words.textOther : r.status === 401 ? words.textOut : said.detail);
    } catch {
      typed = true;
      show('warn', words.textOffline);
      later(15000);
    }
  };
  function keep(leaving) {
    clearTimeout(timer);
    timer = 0;
    if (!typed || over || form.dataset.sending) return;
    if (running) return later(2000);
    running = send(leaving === true).finally(() => { running = null; });
  }
  form.oninput = () => {
    typed = true;
    delete form.dataset.nowarn;
    later(6000);
  };
  // What is under way is waited for: it says which version the form replaces.
  form.addEventListener('submit', e => {
    if (!running) return;
    e.preventDefault();
    running.then(() => form.requestSubmit(e.submitter));
  });
  addEventListener('online', keep);
  document.addEventListener('visibilitychange', () => document.hidden && keep(true));
  addEventListener('pagehide', () => keep(true));
})();
