// SPDX-License-Identifier: Apache-2.0
// The page at "/": an operator enters a key, finds a member, and sees balances, tier and why. It only reads, keeps
// the key in this tab, and builds every element by hand: no text from the server is ever parsed as HTML.

import { choose, current, has, locale, say } from './words.js';

const KEY = 'banyan.key';
const main = document.getElementById('main');
let programme = null; // read once a key is known; units, tiers and rules are named from it

// --- elements --------------------------------------------------------------------------------------------------

function h(name, about = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(about)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'class') element.className = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const card = (...children) => h('section', { class: 'card stack' }, children);
const fact = (name, value) => h('div', {}, h('dt', {}, name), h('dd', {}, value));

/// Shares of a whole; widths are set through the object model, which a strict policy allows.
function bar(parts, label) {
  const element = h('div', { class: 'bar', role: 'img', 'aria-label': label });
  for (const [kind, share] of parts) {
    const piece = h('i', { class: kind });
    piece.style.width = `${Math.max(0, Math.min(100, share * 100))}%`;
    element.append(piece);
  }
  return element;
}

// --- numbers and times -----------------------------------------------------------------------------------------

// Decimal strings are given to Intl as strings: it formats them exactly, where a Number would round.
const decimals = (text) => (String(text).split('.')[1] ?? '').length;
const number = (text) =>
  new Intl.NumberFormat(locale(), { minimumFractionDigits: decimals(text), maximumFractionDigits: 18 }).format(text);
const money = (text) =>
  new Intl.NumberFormat(locale(), {
    style: 'currency', currency: programme?.currency ?? 'CNY', currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: decimals(text), maximumFractionDigits: 18,
  }).format(text);
/// Of a threshold, which is a round number almost always: "¥500".
const roughly = (text) => money(String(text).replace(/\.0+$/, ''));
const isZero = (text) => !text || /^[-+]?0*\.?0*$/.test(text);
const isNegative = (text) => String(text).startsWith('-');
const signed = (text) => (isNegative(text) ? `−${number(String(text).slice(1))}` : `+${number(text)}`);

/// The sum of decimal strings, exactly.
function sum(texts) {
  const places = Math.max(0, ...texts.map(decimals));
  const whole = texts.reduce((total, text) => {
    const [head, tail = ''] = String(text).split('.');
    return total + BigInt(head + tail.padEnd(places, '0'));
  }, 0n);
  const digits = String(whole < 0n ? -whole : whole).padStart(places + 1, '0');
  const cut = digits.length - places;
  return (whole < 0n ? '-' : '') + digits.slice(0, cut) + (places ? `.${digits.slice(cut)}` : '');
}

const zone = () => programme?.zone ?? undefined;
const day = (at) => new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeZone: zone() }).format(new Date(at));
const time = (at) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short', timeZone: zone() }).format(new Date(at));
const isNever = (at) => at === null || at === undefined;
// An expiry is the first instant at which a lot no longer counts; people are told its last day.
const lastDay = (at) => (isNever(at) ? say('never') : day(new Date(at).getTime() - 1));

// --- names -----------------------------------------------------------------------------------------------------

const named = (thing) => (current() === 'zh' ? thing.name_zh || thing.name_en : thing.name_en || thing.name_zh) || thing.code;
function nameIn(list, code) {
  const found = (list ?? []).find((thing) => thing.code === code);
  return found ? named(found) : code;
}
const unitName = (code) => nameIn(programme?.units, code);
const ladderOf = (code) => programme?.ladders?.find((ladder) => ladder.code === code) ?? programme?.ladders?.[0];
const tierName = (ladder, code) => nameIn(ladderOf(ladder)?.tiers, code);
const quantity = (text, unit) => `${number(text)} ${unitName(unit)}`;

// --- the server ------------------------------------------------------------------------------------------------

class Trouble extends Error {
  constructor(status, problem) {
    super(problem?.detail || problem?.title || String(status));
    this.status = status;
    this.problem = problem;
  }
}

async function ask(path, body) {
  const headers = { Accept: 'application/json', 'Accept-Language': locale(), Authorization: `Bearer ${sessionStorage.getItem(KEY)}` };
  if (body) headers['Content-Type'] = 'application/json';
  let reply;
  try {
    reply = await fetch(path, { method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body), cache: 'no-store' });
  } catch {
    throw new Trouble('network');
  }
  const said = await reply.json().catch(() => null);
  if (!reply.ok || said === null) throw new Trouble(reply.status, said);
  return said;
}

function kindly(trouble, words = {}) {
  const status = trouble instanceof Trouble ? trouble.status : trouble.message;
  if (words[status]) return say(words[status]);
  if (has(`e_${status}`)) return say(`e_${status}`);
  return trouble.problem?.detail || trouble.problem?.title || say('e_other', status);
}

const member = (id) => ask(`/v1/members/${encodeURIComponent(id)}`);

// --- views -----------------------------------------------------------------------------------------------------

let turn = 0; // a view that was left must not draw over the one that followed it

async function show(view) {
  const mine = ++turn;
  main.replaceChildren(h('p', { class: 'waiting', role: 'status' }, say('loading')));
  try {
    if (programme === null && sessionStorage.getItem(KEY)) programme = await ask('/v1/programme');
    const content = await view();
    if (mine !== turn) return;
    main.replaceChildren(...[content].flat());
  } catch (trouble) {
    if (mine !== turn) return;
    if (!(trouble instanceof Trouble)) console.error(trouble);
    if (trouble.status === 401) {
      forget();
      main.replaceChildren(...keyView(kindly(trouble)));
    } else {
      // Who is not there will not come by asking again.
      main.replaceChildren(h('section', { class: 'card stack narrow' },
        h('p', { class: 'note', role: 'alert' }, kindly(trouble, { 404: 'e_404_address' })),
        h('div', { class: 'row' },
          trouble.status !== 404 && h('button', { class: 'main', type: 'button', onclick: route }, say('again')),
          h('a', { href: '#/' }, say('back')))));
    }
  }
  frame();
}

function keyView(wrong) {
  const key = h('input', { type: 'password', id: 'key', required: true, autocomplete: 'off', spellcheck: 'false' });
  const enter = (event) => {
    event.preventDefault();
    sessionStorage.setItem(KEY, key.value.trim());
    route();
  };
  setTimeout(() => key.focus());
  return [h('form', { class: 'card stack narrow', onsubmit: enter },
    h('h1', {}, say('key_title')),
    wrong && h('p', { class: 'note', role: 'alert' }, wrong),
    h('label', { for: 'key' }, say('key'), key),
    h('p', { class: 'soft' }, say('key_help')),
    h('button', { class: 'main', type: 'submit' }, say('enter')),
    h('div', { class: 'stack' }, h('p', { class: 'soft' }, say('key_make')),
      h('code', {}, 'banyan key create --data DIR --scopes all')))];
}

async function startView() {
  const [totals, people] = await Promise.all([ask('/v1/ledger/totals'), ask('/v1/members?limit=12')]);
  return [searchCard(), h('div', { class: 'tiles' }, totals.units.map((unit) => totalCard(unit, totals))),
    h('div', { class: 'columns' }, programmeCard(), await peopleCard(people))];
}

/// By external id; or by member number, where that is what was chosen or what the text looks like.
async function find(kind, id) {
  if (kind === 'member' || kind === '') return member(id);
  try {
    return await ask('/v1/members/search', { identity: { kind, id } });
  } catch (trouble) {
    if (trouble.status !== 404 || !/^m[0-9a-z]{1,13}$/.test(id)) throw trouble;
    return member(id);
  }
}

function searchCard() {
  const kind = h('input', { id: 'kind', list: 'kinds', autocomplete: 'off', value: localStorage.getItem('banyan.kind') ?? 'openid' });
  const external = h('input', { id: 'external', required: true, autocomplete: 'off', placeholder: say('external_hint') });
  const said = h('div', { 'aria-live': 'polite' });
  const button = h('button', { class: 'main', type: 'submit' }, say('search'));
  const search = async (event) => {
    event.preventDefault();
    button.disabled = true;
    said.replaceChildren();
    localStorage.setItem('banyan.kind', kind.value);
    try {
      const found = await find(kind.value.trim(), external.value.trim());
      location.hash = `#/member/${found.id}`;
    } catch (trouble) {
      if (trouble.status === 401) return route();
      said.replaceChildren(h('p', { class: 'note kind', role: 'alert' },
        kindly(trouble, { 404: 'e_404_member', 400: 'e_404_member' })));
    } finally {
      button.disabled = false;
    }
  };
  const kinds = ['openid', 'unionid', 'phone', 'card', 'buyer', 'shop'].map((value) => h('option', { value }));
  return h('form', { class: 'card stack', role: 'search', onsubmit: search },
    h('h1', {}, say('find')),
    h('div', { class: 'search' },
      h('label', { for: 'kind' }, say('kind'), kind),
      h('label', { for: 'external' }, say('external'), external), button),
    h('datalist', { id: 'kinds' }, h('option', { value: 'member' }, say('by_member')), kinds), said);
}

function totalCard(unit, totals) {
  const of = (part) => (isZero(unit.issued) ? 0 : Number(part) / Number(unit.issued));
  const row = (kind, word, value) => fact([kind && h('span', { class: `dot ${kind}` }), say(word)], number(value));
  return card(
    h('div', { class: 'between' }, h('h2', {}, say('totals', unitName(unit.unit))), h('small', {}, say('as_of', time(totals.as_of)))),
    h('div', {}, h('p', { class: 'soft' }, say('issued')), h('p', { class: 'big number' }, number(unit.issued))),
    bar([['b', of(unit.redeemed)], ['c', of(unit.expired)], ['a', of(unit.liability)]], say('issued')),
    h('dl', { class: 'facts' }, row('a', 'liability', unit.liability), row('b', 'redeemed', unit.redeemed),
      row('c', 'expired', unit.expired), !isZero(unit.debt) && row('', 'debt', unit.debt), row('', 'members', totals.members)));
}

function programmeCard() {
  return card(
    h('div', { class: 'between' }, h('h2', {}, named(programme)), h('small', {}, say('version', programme.version))),
    programme.ladders.map((ladder) => h('section', { class: 'stack' }, h('h3', {}, named(ladder)),
      h('ol', { class: 'steps' }, ladder.tiers.map((tier) =>
        h('li', { class: 'reached' }, h('div', {}, named(tier)), h('small', {}, isZero(tier.from) ? say('from_start') : say('from_spend', roughly(tier.from)))))))),
    h('section', {}, h('h3', {}, say('rules')), h('ul', { class: 'rules' }, programme.rules.map((rule) =>
      h('li', {}, h('div', { class: 'between' }, h('span', {}, named(rule)), h('span', { class: 'tag' }, unitName(rule.unit))),
        ruleText(rule))))));
}

const ruleText = (rule) => [
  rule.when && rule.when !== 'true' && h('small', {}, say('rule_when'), ' ', h('code', {}, rule.when)),
  rule.grants && h('small', {}, say('rule_amount'), ' ', h('code', {}, rule.grants))];

async function peopleCard(first) {
  const list = h('ul', { class: 'people' });
  const more = h('button', { class: 'quiet', type: 'button' }, say('more'));
  const add = async (page) => {
    const views = await Promise.all(page.members.map(member));
    list.append(...views.map((view) => h('li', {}, h('a', { href: `#/member/${view.id}` },
      h('span', { class: 'between' }, h('b', {}, view.id), view.tiers.slice(0, 1).map((standing) =>
        h('span', { class: 'tag tier' }, tierName(standing.ladder, standing.tier)))),
      h('small', { class: 'number' }, view.balances.slice(0, 1).map((b) => quantity(b.available, b.unit)).join(' · ') || say('no_balance'))))));
    more.hidden = !page.next;
    more.onclick = async () => {
      more.disabled = true;
      await ask(`/v1/members?limit=12&after=${encodeURIComponent(page.next)}`).then(add)
        .catch((trouble) => more.replaceWith(h('p', { class: 'note' }, kindly(trouble))));
      more.disabled = false;
    };
  };
  await add(first);
  return card(h('h2', {}, say('browse')), list.children.length ? list : h('p', { class: 'soft' }, say('nobody')), h('div', {}, more));
}

// --- one member ------------------------------------------------------------------------------------------------

async function memberView(id) {
  const [view, standing] = await Promise.all([member(id), ask(`/v1/members/${encodeURIComponent(id)}/tier`)]);
  return [
    h('div', { class: 'between' }, h('a', { href: '#/' }, say('back')), h('small', {}, say('as_of', time(view.as_of)))),
    h('div', { class: 'columns' },
      h('div', { class: 'stack' }, whoCard(view), standing.tiers.map((tier) => tierCard(tier)),
        view.balances.map((balance) => balanceCard(balance, view)),
        view.balances.length === 0 && card(h('p', { class: 'soft' }, say('no_balance')))),
      timelineCard(view))];
}

function whoCard(view) {
  return card(
    h('div', { class: 'between' }, h('h1', {}, say('member', view.id)),
      h('span', { class: view.state === 'active' ? 'tag plus' : 'tag' }, say(`state_${view.state}`))),
    view.forwarded_to && h('p', { class: 'note kind' }, h('a', { href: `#/member/${view.forwarded_to}` }, say('forwarded', view.forwarded_to))),
    view.profile && h('dl', { class: 'facts' }, ['name', 'birthday', 'city'].map((field) => view.profile[field] && fact(say(field), view.profile[field]))),
    h('dl', { class: 'facts' }, fact(say('joined'), view.joined_at ? day(view.joined_at) : '–'),
      fact(say('spend'), money(view.spend)), fact(say('orders'), number(view.orders))),
    h('div', { class: 'row' }, h('small', {}, say('identities')),
      view.identity_kinds.map((kind) => h('span', { class: 'tag' }, kind))));
}

function tierCard(standing) {
  const ladder = ladderOf(standing.ladder);
  const here = ladder.tiers.findIndex((tier) => tier.code === standing.tier);
  const next = ladder.tiers[here + 1];
  const from = Number(ladder.tiers[here]?.from ?? 0);
  const done = next ? 1 - Number(standing.missing) / (Number(next.from) - from) : 1;
  const said = next ? say('to_next', money(standing.missing), named(next)) : say('top_tier');
  return card(
    h('div', { class: 'between' }, h('h2', {}, named(ladder)), h('span', { class: 'tag tier' }, tierName(standing.ladder, standing.tier))),
    bar([['a', done]], said),
    h('div', { class: 'between' }, h('span', {}, said), standing.since && h('small', {}, say('since', day(standing.since)))),
    h('ol', { class: 'steps' }, ladder.tiers.map((tier, index) =>
      h('li', { class: `${index <= here ? 'reached' : ''} ${index === here ? 'here' : ''}`, 'aria-current': index === here && 'step' },
        named(tier), h('br'), h('small', {}, roughly(tier.from))))));
}

function balanceCard(balance, view) {
  const lots = view.lots.filter((lot) => lot.unit === balance.unit);
  const holds = view.holds.filter((hold) => hold.unit === balance.unit);
  const soon = lots.filter((lot) => !isNever(lot.expires_at) && new Date(lot.expires_at) - new Date(view.as_of) < 92 * 864e5);
  const table = lotTable(lots.slice(0, 6), view);
  const rest = lots.length > 6 && h('button', { class: 'quiet', type: 'button',
    onclick: () => { table.replaceWith(lotTable(lots, view)); rest.remove(); } }, say('all_lots', lots.length));
  return card(
    h('h2', {}, unitName(balance.unit)),
    h('div', {}, h('p', { class: 'soft' }, say('available')), h('p', { class: 'big number' }, number(balance.available))),
    h('dl', { class: 'facts' }, fact(say('pending'), number(balance.pending)), fact(say('held'), number(balance.held)),
      fact(say('debt'), number(balance.debt))),
    soon.length > 0 && h('p', { class: 'note kind' },
      say('expiring', quantity(sum(soon.map((lot) => lot.remaining)), balance.unit), lastDay(soon.at(0).expires_at))),
    lots.length > 0 && h('section', { class: 'stack' }, h('h3', {}, say('lots')), table, rest),
    holds.length > 0 && h('section', {}, h('h3', {}, say('holds')), holds.map((hold) =>
      h('p', { class: 'between' }, number(hold.amount), h('small', {}, lastDay(hold.expires_at))))));
}

function lotTable(lots, view) {
  const waits = (lot) => isNever(lot.available_at) || new Date(lot.available_at) > new Date(view.as_of);
  return h('table', {}, h('thead', {}, h('tr', {}, h('th', {}, say('lot')), h('th', {}, say('valid_until')), h('th', { class: 'right' }, say('remaining')))),
    h('tbody', {}, lots.map((lot) => h('tr', {}, h('td', {}, `#${lot.lot}`),
      h('td', {}, lastDay(lot.expires_at), waits(lot) && h('small', {}, h('br'), isNever(lot.available_at) ? say('usable_event') : say('usable_from', time(lot.available_at)))),
      h('td', { class: 'right' }, number(lot.remaining), lot.granted !== lot.remaining && h('small', {}, ' ', say('granted_of', number(lot.granted))))))));
}

// --- timeline --------------------------------------------------------------------------------------------------

function timelineCard(view) {
  const id = view.id;
  // Which record and rule a lot came from: from the open lots, and from every grant the timeline has shown.
  const origins = new Map(view.lots.map((lot) => [`${lot.unit} ${lot.lot}`, lot]));
  const list = h('ol', { class: 'timeline' });
  const foot = h('div', { class: 'waiting', role: 'status' });
  const more = h('button', { class: 'quiet', type: 'button' }, say('more'));
  let next = null;
  let busy = false;
  const load = async () => {
    if (busy) return;
    busy = true;
    foot.replaceChildren(say('loading'));
    try {
      const page = await ask(`/v1/members/${encodeURIComponent(id)}/timeline?limit=25${next ? `&before=${encodeURIComponent(next)}` : ''}`);
      for (const move of page.entries.flatMap((entry) => entry.movements)) {
        if (move.movement === 'granted') origins.set(`${move.unit} ${move.lot}`, move);
      }
      list.append(...page.entries.map((entry) => entryItem(entry, origins)));
      next = page.next;
      foot.replaceChildren(next ? more : say(list.children.length ? 'the_end' : 'empty_timeline'));
    } catch (trouble) {
      foot.replaceChildren(h('p', { class: 'note' }, kindly(trouble)), more);
    }
    busy = false;
  };
  more.addEventListener('click', load);
  // The next page is fetched when the end comes near; the button stays for keyboards and for when that fails.
  new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && next && load(), { rootMargin: '300px' }).observe(foot);
  load();
  return card(h('h2', {}, say('timeline')), list, foot);
}

const isShift = (move) => !isZero(move.amount); // holding and freeing move nothing between accounts
const movementName = (word) => say(has(`m_${word}`) ? `m_${word}` : word);
const channelName = (channel) => (has(`channel_${channel}`) ? say(`channel_${channel}`) : channel);

function netTags(entry) {
  const units = [...new Set(entry.movements.filter(isShift).map((move) => move.unit))];
  return units.map((unit) => {
    const net = sum(entry.movements.filter((move) => move.unit === unit).map((move) => move.amount));
    return h('span', { class: `tag ${isNegative(net) ? 'minus' : 'plus'}` }, signed(net), ' ', unitName(unit));
  });
}

function entryItem(entry, origins) {
  const tags = netTags(entry);
  const kind = entry.tiers.length ? 'tier' : tags.length ? (tags[0].classList.contains('minus') ? 'minus' : 'plus') : '';
  const about = [!isZero(entry.paid) && money(entry.paid), !isZero(entry.refunded) && `−${money(entry.refunded)}`,
    entry.channel && channelName(entry.channel), entry.store].filter(Boolean).join(' · ');
  const details = h('details', {}, h('summary', {},
    h('span', { class: 'between' }, h('b', {}, say(entry.event)), h('span', { class: 'row' }, tags,
      entry.tiers.map((change) => h('span', { class: 'tag tier' }, tierName(change.ladder, change.after))))),
    about && h('span', {}, about),
    h('span', { class: 'between' }, h('small', {}, h('time', { datetime: entry.at }, time(entry.at))), h('span', { class: 'why' }, say('why')))));
  details.addEventListener('toggle', () => details.open && details.children.length === 1 && details.append(inside(entry, origins)));
  return h('li', { class: kind }, details);
}

function inside(entry, origins) {
  return h('div', { class: 'inside' },
    entry.movements.map((move) => reasonOf(move, origins)),
    entry.tiers.map((change) => h('section', { class: 'reason tier' },
      h('b', {}, change.before ? say('tier_up', tierName(change.ladder, change.before), tierName(change.ladder, change.after))
        : say('tier_first', tierName(change.ladder, change.after))))),
    entry.movements.length + entry.tiers.length === 0 && h('p', { class: 'soft' }, say('no_movement')),
    entry.lines.length > 0 && lineTable(entry),
    h('small', {}, say('record', entry.lsn)));
}

function reasonOf(move, origins) {
  const granted = move.movement === 'granted';
  const origin = granted ? move : origins.get(`${move.unit} ${move.lot}`);
  const from = move.reverses ?? (granted ? undefined : origin?.lsn);
  const code = move.rule ?? origin?.rule;
  const rule = programme.rules.find((one) => one.code === code);
  const expires = granted || move.movement === 'restored' || move.movement === 'moved_in';
  return h('section', { class: `reason ${isNegative(move.amount) ? 'minus' : ''}` },
    h('div', { class: 'between' }, h('b', {}, isShift(move) ? [signed(move.amount), ' '] : '', unitName(move.unit), ' ', movementName(move.movement)),
      move.balance && h('small', { class: 'number' }, say('after', number(move.balance)))),
    code && h('p', {}, say(granted ? 'by_rule' : 'was_by_rule', rule ? named(rule) : code), ' ', h('small', {}, say('version', origin?.version ?? move.version))),
    granted && rule && ruleText(rule),
    move.reason && h('p', {}, say('reason', move.reason)),
    from && h('p', {}, say(move.movement === 'revoked' ? 'reverses' : 'came_from', from)),
    (move.lot || expires) && h('small', {}, [move.lot && `${say('lot')} #${move.lot}`,
      expires && `${say('valid_until')} ${lastDay(move.expires_at)}`].filter(Boolean).join(' · ')),
    move.recorded_at && new Date(move.recorded_at) - new Date(move.at) > 60000 &&
      h('small', {}, say('due_recorded', time(move.at), time(move.recorded_at))));
}

/// What each order line cost and its part of what the order earned.
function lineTable(entry) {
  const parts = new Map();
  for (const move of entry.movements) {
    for (const part of move.order_lines ?? []) {
      parts.set(part.line, [...(parts.get(part.line) ?? []), part.amount === undefined ? '' : `${signed(part.amount)} ${unitName(move.unit)}`]);
    }
  }
  return h('div', { class: 'scroll' }, h('table', {},
    h('thead', {}, h('tr', {}, h('th', {}, say('item')), h('th', { class: 'right' }, say('pieces')), h('th', { class: 'right' }, say('paid')),
      parts.size > 0 && h('th', { class: 'right' }, say('part')))),
    h('tbody', {}, entry.lines.map((line) => h('tr', {},
      h('td', {}, line.sku || line.id, h('small', {}, ' ', line.category ?? '')), h('td', { class: 'right' }, number(line.quantity)),
      h('td', { class: 'right' }, money(line.amount)), parts.size > 0 && h('td', { class: 'right' }, (parts.get(line.id) ?? ['–']).join(', ')))))));
}

// --- frame -----------------------------------------------------------------------------------------------------

function forget() {
  sessionStorage.removeItem(KEY);
  programme = null;
}

function frame() {
  document.documentElement.lang = current() === 'zh' ? 'zh-CN' : 'en';
  document.getElementById('skip').textContent = say('skip');
  const language = document.getElementById('language');
  language.textContent = say('other_language');
  language.lang = current() === 'zh' ? 'en' : 'zh-CN';
  const leave = document.getElementById('leave');
  leave.textContent = say('leave');
  leave.hidden = !sessionStorage.getItem(KEY);
  document.getElementById('brand-name').textContent = programme ? named(programme) : '榕 Banyan';
  document.getElementById('brand-line').textContent = say('simulated');
  document.getElementById('bottom').textContent = say('foot');
}

function route() {
  frame();
  const [, id] = location.hash.match(/^#\/member\/(.+)$/) ?? [];
  if (!sessionStorage.getItem(KEY)) return void (++turn, main.replaceChildren(...keyView()));
  return show(id ? () => memberView(decodeURIComponent(id)) : startView);
}

document.getElementById('language').addEventListener('click', () => {
  choose(current() === 'zh' ? 'en' : 'zh');
  route();
});
document.getElementById('leave').addEventListener('click', () => {
  forget();
  location.hash = '#/';
  route();
});
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener('hashchange', () => {
  scrollTo(0, 0);
  route();
});
route();
