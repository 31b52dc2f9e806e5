/* Each piece improves something that works without it. docs/look.md says what the markup carries, words included. */
const page = document, words = page.documentElement.dataset;
const all = (sel, at = page) => [...at.querySelectorAll(sel)];
const on = (at, type, fn) => at.addEventListener(type, fn);
const byId = id => page.getElementById(id);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (m, k) => values[k] ?? m);
const make = (tag, props, ...inside) => { const e = Object.assign(page.createElement(tag), props); e.append(...inside); return e; };
const attempt = fn => { try { return fn(); } catch { return null; } };   // storage can fail
const forms = all('form').filter(f => f.method === 'post'), failed = page.querySelector('.errors');

all('[data-js]').forEach(e => { e.hidden = false; });

// It must exist before it speaks.
const voice = make('div', { className: 'vh', role: 'status' });
page.body.append(voice);
const say = text => { voice.textContent = text; };

// The number inputs carry the answer, buttons move the items.
const orders = all('[data-order]').map(list => {
  const text = list.dataset, items = () => [...list.children], number = li => li.querySelector('input');
  const renumber = () => items().forEach((li, i) => {
    const [up, down] = all('button', li);
    number(li).value = i + 1;
    up.disabled = !i;
    down.disabled = !li.nextElementSibling;
  });
  const sort = () => {
    list.append(...items().sort((a, b) => (number(a).value || 1e6) - (number(b).value || 1e6)));
    renumber();
  };
  items().forEach(li => {
    const item = li.lastElementChild.textContent.trim();
    const button = (sign, label, move) => {
      const b = make('button', { type: 'button', className: 'btn second' }, sign, make('span', { className: 'vh' }, label + ': ' + item));
      on(b, 'click', () => {
        move();
        renumber();
        (b.disabled ? li.querySelector('button:enabled') : b).focus();
        say(fill(text.textMoved, { item, n: number(li).value, total: list.children.length }));
        number(li).dispatchEvent(new Event('input', { bubbles: true }));
      });
      return b;
    };
    number(li).closest('label').hidden = true;
    li.append(button('\u2191', text.textUp, () => li.previousElementSibling.before(li)),
      button('\u2193', text.textDown, () => li.nextElementSibling.after(li)));
  });
  sort();
  items().forEach(li => { number(li).defaultValue = number(li).value; });
  return { list, sort };
});
const sortIn = form => orders.forEach(o => form.contains(o.list) && o.sort());

// What is typed: never passwords, hidden fields or files.
const typed = ':is(input, select, textarea)[name]:not([type=password], [type=hidden], [type=file], [autocomplete=one-time-code], [data-nodraft])';
const fields = form => [...form.elements].filter(el => el.matches(typed));
const ticks = el => /^(checkbox|radio)$/.test(el.type);
const look = form => {
  const out = {};
  fields(form).forEach(el => (out[el.name] ||= []).push(...(ticks(el) && !el.checked ? [] : [el.value])));
  return out;
};
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const before = new Map(forms.map(f => [f, look(f)])), changed = f => !same(look(f), before.get(f));
const apply = (form, draft) => {
  const seen = {};
  fields(form).forEach(el => {
    const want = draft[el.name], i = seen[el.name] = (seen[el.name] ?? -1) + 1;
    // After an error the server's values win over the draft's.
    if (want && ticks(el)) el.checked = failed ? el.checked : want.includes(el.value);
    else if (want && !(failed && el.value)) el.value = want[i] ?? el.value;
  });
  sortIn(form);
};
forms.forEach(f => on(f, 'reset', () => setTimeout(sortIn, 0, f)));

// Drafts hold only fields that differ from what the server sent. They go when it has saved, on discard, sign-out, after seven days.
const space = 'cadre:draft:', mine = space + words.person + ':', sent = 'cadre:sent';
const read = key => attempt(() => JSON.parse(localStorage.getItem(key)));
const drop = key => attempt(() => localStorage.removeItem(key));
const stored = start => attempt(() => Object.keys(localStorage).filter(k => k.startsWith(start))) || [];
stored(space).forEach(k => Date.now() - read(k)?.t < 6048e5 || drop(k));

const saved = page.querySelector('[data-saved]');
if (saved) attempt(() => {
  saved.dataset.saved.split(' ').forEach(k => drop(mine + k));
  drop(sessionStorage.getItem(sent));
  sessionStorage.removeItem(sent);
});

const drafts = new Map();
if (words.person) forms.filter(f => f.dataset.draft).forEach(form => {
  const key = mine + form.dataset.draft;
  let held = read(key)?.v || {}, timer, live = false;
  const stop = () => { live = false; };
  const write = () => {
    clearTimeout(timer);
    if (!live) return;
    stop();
    const diff = Object.entries(look(form)).filter(([n, v]) => n in held || !same(v, before.get(form)[n]));
    if (diff.length) attempt(() => localStorage.setItem(key, JSON.stringify({ t: Date.now(), v: Object.fromEntries(diff) })));
    else drop(key);
  };
  apply(form, held);
  if (!failed && changed(form)) {
    const discard = make('button', { type: 'button', className: 'btn text' }, words.textDiscard);
    const notice = make('div', { className: 'note info' }, words.textRestored + ' ', discard);
    on(discard, 'click', () => {
      drop(key);
      held = {};
      stop();
      form.reset();
      notice.remove();
      fields(form)[0].focus();
    });
    form.prepend(notice);
    say(words.textRestored);
  }
  on(form, 'input', () => {
    live = true;
    clearTimeout(timer);
    timer = setTimeout(write, 400);
  });
  drafts.set(form, { key, write, stop });
});
on(window, 'pagehide', () => drafts.forEach(d => d.write()));

const signOut = () => {
  drafts.forEach(d => d.stop());
  stored(mine).forEach(drop);
};
on(page, 'click', e => e.target.closest('a[data-signout]') && signOut());

// Send once; the lock opens after ten seconds.
let leaving = false;
on(page, 'submit', e => {
  const form = e.target, draft = drafts.get(form);
  if (e.defaultPrevented || !before.has(form)) return;
  if (form.dataset.sending) return e.preventDefault();
  draft?.write();
  if ('signout' in form.dataset) signOut();
  attempt(() => sessionStorage.setItem(sent, draft?.key || ''));
  const lock = busy => {
    leaving = busy;
    if (busy) form.dataset.sending = 1; else delete form.dataset.sending;
    all('[type=submit]', form).forEach(b => { b.ariaDisabled = busy; });
  };
  lock(true);
  setTimeout(lock, 1e4, false);
  on(window, 'pageshow', () => lock(false));
});

on(window, 'beforeunload', e => {
  if (!leaving && forms.some(f => !drafts.has(f) && !('nowarn' in f.dataset) &&
    (changed(f) || all('[type=file]', f).some(i => i.files[0])))) e.returnValue = '?';
});

failed?.focus();

const holds = (menu, node) => menu.contains(node) || (menu.matches('.menu') && menu.nextElementSibling.contains(node));
const menus = fn => all('.pop[open], .menu[open]').forEach(fn);
['click', 'focusin'].forEach(type => on(page, type, e => menus(m => { m.open = holds(m, e.target); })));
on(page, 'keydown', e => e.key === 'Escape' && menus(m => {
  if (holds(m, page.activeElement)) m.querySelector('summary').focus();
  m.open = false;
}));

// Every word must occur, whatever its case and accents.
const plain = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
all('[data-filter]').forEach(box => {
  const list = byId(box.dataset.filter), out = byId(box.dataset.status);
  const items = [...(list.tBodies?.[0].rows || list.children)];
  const run = () => {
    const parts = plain(box.value).split(/\s+/);
    items.forEach(i => { i.hidden = !parts.every(p => plain(i.textContent).includes(p)); });
    if (out) out.textContent = fill(out.dataset.text, { n: items.filter(i => !i.hidden).length, total: items.length });
  };
  on(box, 'input', run);
  if (box.value) run();
});

all('[data-all]').forEach(master => {
  const run = e => {
    const list = all('[type=checkbox]:enabled', byId(master.dataset.all)).filter(b => b !== master && !b.closest('[hidden]'));
    if (e?.target === master) list.forEach(b => { b.checked = master.checked; });
    const n = list.filter(b => b.checked).length;
    master.checked = n && n === list.length;
    master.indeterminate = n && !master.checked;
  };
  on(page, 'change', run);
  run();
});

// Long work: ask each second, slower while nothing answers.
all('[data-poll]').forEach(place => {
  const bar = place.querySelector('progress'), text = place.querySelector('[data-text]');
  let wait = 1000;
  const ask = async () => {
    try {
      const answer = await fetch(place.dataset.poll, { headers: { Accept: 'application/json' } }), job = await answer.json();
      if (!answer.ok) throw 0;
      wait = 1000;
      bar.max = job.total || 1;
      bar.value = job.done;
      if (text) text.textContent = fill(text.dataset.text, job);
      if (job.finished) {
        const next = new URL(job.next || '', location);
        return next.origin === location.origin && location.replace(next);
      }
    } catch { wait = Math.min(wait * 2, 16000); }
    setTimeout(ask, wait);
  };
  setTimeout(ask, wait);
});
