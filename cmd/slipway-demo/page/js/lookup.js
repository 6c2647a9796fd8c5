// A menu whose options slipway offers while somebody types: Slack's external select.

import { h } from './dom.js';
import { plain } from './text.js';
import { emoji } from './emoji.js';
import { act, ask } from './store.js';

/** PAUSE is how long somebody has to stop typing before slipway is asked, in ms. */
const PAUSE = 200;

/** lookup makes the menu; chosen is the option that stands in it. */
export function lookup(e, block, chosen, common) {
  const id = common.id + '-list';
  const list = h('div', { class: 'offers', role: 'listbox', id, 'aria-label': plain(block.label), hidden: true });
  const value = h('input', { type: 'hidden', 'data-block': block.block_id, value: chosen?.value ?? '' });
  let shown = chosen ? plain(chosen.text) : '';
  let options = [];
  let at = -1;
  let asked = 0;
  let timer = 0;
  const field = h('input', {
    ...common, type: 'text', class: 'field', role: 'combobox', autocomplete: 'off', spellcheck: 'false', 'aria-autocomplete': 'list',
    'aria-expanded': 'false', 'aria-controls': id, placeholder: plain(e.placeholder) || 'Search', value: shown,
    onfocus: () => look(field.value === shown ? '' : field.value, 0),
    oninput: () => look(field.value, PAUSE),
    onkeydown: keys,
    onkeypress: (event) => event.key === 'Enter' && event.preventDefault(), // a form is not sent by what is being looked for
    onblur: () => setTimeout(leave, 150),
  });

  function look(typed, after) {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = ++asked;
      const answer = await ask({ do: 'suggest', block: block.block_id, text: typed.trim() });
      if (mine !== asked || document.activeElement !== field) return; // something else was typed meanwhile
      draw(answer?.offers ?? []);
    }, after);
  }

  function draw(offers) {
    options = offers;
    at = -1;
    let group = '';
    const lines = [];
    offers.forEach((o, i) => {
      if (o.group && o.group !== group) {
        group = o.group;
        lines.push(h('div', { class: 'o-group', role: 'presentation' }, group));
      }
      lines.push(h('div', { class: 'o-option', role: 'option', id: id + i, 'aria-selected': 'false', onmousedown: (event) => {
        event.preventDefault();
        take(o);
      } }, h('span', {}, emoji(o.text)), o.description && h('small', {}, emoji(o.description))));
    });
    if (!lines.length) lines.push(h('div', { class: 'o-none', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' }, 'No results'));
    list.replaceChildren(...lines);
    list.hidden = false;
    field.setAttribute('aria-expanded', 'true');
  }

  function move(step) {
    list.querySelector('[aria-selected="true"]')?.setAttribute('aria-selected', 'false');
    at = (at + step + options.length) % options.length;
    const one = document.getElementById(id + at);
    one.setAttribute('aria-selected', 'true');
    one.scrollIntoView({ block: 'nearest' });
    field.setAttribute('aria-activedescendant', one.id);
  }

  function shut() {
    clearTimeout(timer);
    asked++;
    list.hidden = true;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
  }

  /** leave puts back what was chosen, or empties the field where everything was deleted. */
  function leave() {
    shut();
    if (field.value === '' && value.value !== '') take(null);
    else field.value = shown;
  }

  function take(o) {
    shut();
    value.value = o?.value ?? '';
    shown = o?.text ?? '';
    field.value = shown;
    act({ do: 'choose', block: block.block_id, option: value.value });
  }

  function keys(event) {
    const isOpen = !list.hidden;
    if (event.key === 'ArrowDown' && !isOpen) look('', 0);
    else if (isOpen && options.length && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) move(event.key === 'ArrowDown' ? 1 : -1);
    else if (isOpen && event.key === 'Enter' && options.length) take(options[Math.max(at, 0)]);
    else if (isOpen && event.key === 'Escape') shut();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return h('div', { class: 'lookup' }, field, value, list);
}
