// The interactive elements of Block Kit. Those that are pressed call press with what
// it takes to press them; those that hold a value keep it until a form is sent.

import { h, icon } from './dom.js';
import { emoji } from './emoji.js';
import { plain } from './text.js';
import { confirmed } from './dialog.js';
import { lookup } from './lookup.js';
import { act, state } from './store.js';

/** element shows one element of a block. */
export function element(e, block, press, context = {}) {
  const place = block.block_id + '/' + e.action_id;
  const pressed = async (option) => {
    if (e.confirm && !(await confirmed(e.confirm))) return;
    press({ block: block.block_id, action: e.action_id, option });
  };
  const common = { 'data-place': place, id: context.id, 'aria-describedby': context.described, 'aria-invalid': context.wrong ? 'true' : undefined };
  switch (e.type) {
    case 'button':
      return button(e, pressed, common);
    case 'overflow':
      return overflow(e, pressed, common);
    case 'external_select':
      return lookup(e, block, context.values?.[block.block_id]?.[e.action_id]?.selected_option ?? e.initial_option, common);
    case 'static_select':
    case 'users_select':
    case 'channels_select':
    case 'conversations_select':
      return select(e, block, pressed, common);
    case 'multi_static_select':
    case 'checkboxes':
    case 'radio_buttons':
      return choices(e, block, pressed, common);
    case 'plain_text_input':
    case 'number_input':
    case 'email_text_input':
    case 'url_text_input':
      return textField(e, block, common);
    case 'datepicker':
      return h('input', { ...common, type: 'date', class: 'field', value: e.initial_date ?? '', 'data-block': block.block_id, 'aria-label': labelOf(e, block) });
    case 'timepicker':
      return h('input', { ...common, type: 'time', class: 'field', value: e.initial_time ?? '', 'data-block': block.block_id, 'aria-label': labelOf(e, block) });
    default:
      return textField(e, block, common);
  }
}

function labelOf(e, block) {
  return block.label ? undefined : (plain(e.placeholder) || 'Choose');
}

function button(e, pressed, common) {
  return h('button', { ...common, type: 'button', class: 'btn ' + (e.style ?? ''), 'aria-label': e.accessibility_label, onclick: async (event) => {
    const b = event.currentTarget;
    b.setAttribute('aria-busy', 'true');
    await pressed();
    b.removeAttribute('aria-busy');
  } }, emoji(e.text.text));
}

function overflow(e, pressed, common) {
  return menuButton(e.options, pressed, { ...common, class: 'btn kebab', 'aria-label': 'More actions' });
}

/** menuButton shows the menu behind three dots, and says what was chosen in it. */
export function menuButton(options, chosen, props) {
  const items = options.map((o) => h('button', { type: 'button', role: 'menuitem', tabindex: '-1', onclick: () => {
    shut();
    chosen(o.value);
  } }, h('span', {}, plain(o.text)), o.description && h('small', {}, plain(o.description))));
  const menu = h('div', { class: 'menu', role: 'menu', hidden: true, onkeydown: keys }, items);
  const opener = h('button', { ...props, type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false', onclick: () => (menu.hidden ? open() : shut()) }, icon('more'));
  const wrap = h('span', { class: 'overflow', onfocusout: (event) => {
    if (!wrap.contains(event.relatedTarget)) shut(false);
  } }, opener, menu);
  function open() {
    menu.hidden = false;
    opener.setAttribute('aria-expanded', 'true');
    items[0].focus();
  }
  function shut(back = true) {
    if (menu.hidden) return;
    menu.hidden = true;
    opener.setAttribute('aria-expanded', 'false');
    if (back) opener.focus();
  }
  function keys(event) {
    const at = items.indexOf(document.activeElement);
    if (event.key === 'Escape') shut();
    else if (event.key === 'ArrowDown') items[(at + 1) % items.length].focus();
    else if (event.key === 'ArrowUp') items[(at + items.length - 1) % items.length].focus();
    else return;
    event.preventDefault();
  }
  return wrap;
}

/** optionsOf gives what a menu offers, in groups; a menu of people offers those here. */
function optionsOf(e) {
  if (e.type === 'users_select') return [{ options: state.chat.people.map((p) => ({ value: p.id, text: { text: p.name } })) }];
  if (e.type === 'channels_select' || e.type === 'conversations_select') {
    return [{ options: state.chat.places.filter((p) => !p.direct).map((p) => ({ value: p.id, text: { text: '#' + p.name } })) }];
  }
  return e.option_groups ?? [{ options: e.options ?? [] }];
}

function select(e, block, pressed, common) {
  const initial = e.initial_option?.value ?? e.initial_user ?? e.initial_channel ?? e.initial_conversation ?? '';
  const option = (o) => h('option', { value: o.value, selected: o.value === initial }, plain(o.text));
  const isField = block.type === 'input';
  return h('select', { ...common, class: 'field', 'data-block': block.block_id, 'aria-label': labelOf(e, block), onchange: (event) => {
    if (!isField) pressed(event.currentTarget.value);
    else if (block.dispatch_action) act({ do: 'choose', block: block.block_id, option: event.currentTarget.value });
  } },
    h('option', { value: '', disabled: !block.optional, selected: initial === '' }, plain(e.placeholder) || 'Choose one'),
    optionsOf(e).map((g) => (g.label ? h('optgroup', { label: plain(g.label) }, g.options.map(option)) : g.options.map(option))));
}

function choices(e, block, pressed, common) {
  const initial = (e.initial_options ?? [e.initial_option]).map((o) => o?.value);
  const kind = e.type === 'radio_buttons' ? 'radio' : 'checkbox';
  return h('div', { ...common, class: 'choices', role: 'group', 'aria-label': labelOf(e, block) }, optionsOf(e).flatMap((g) => g.options).map((o) => h('label', { class: 'choice' },
    h('input', { type: kind, name: block.block_id + e.action_id, value: o.value, checked: initial.includes(o.value), 'data-block': block.block_id, onchange: () => {
      if (block.type !== 'input') pressed(o.value);
    } }),
    h('span', {}, plain(o.text), o.description && h('small', {}, plain(o.description))))));
}

function textField(e, block, common) {
  const props = {
    ...common, class: 'field', placeholder: plain(e.placeholder) || undefined, value: e.initial_value ?? '',
    maxlength: e.max_length, 'data-block': block.block_id, 'aria-label': labelOf(e, block), autofocus: e.focus_on_load,
  };
  if (e.multiline) return h('textarea', { ...props, rows: '4' });
  return h('input', { ...props, type: e.type === 'number_input' ? 'number' : 'text', autocomplete: 'off' });
}

/** entered gives what stands in the fields of a form, by block. */
export function entered(form) {
  const values = {};
  for (const field of form.querySelectorAll('[data-block]')) {
    const block = field.dataset.block;
    if (field.type === 'checkbox' || field.type === 'radio') {
      if (field.checked) values[block] = values[block] ? values[block] + ',' + field.value : field.value;
    } else if (field.value !== '') {
      values[block] = field.value;
    }
  }
  return values;
}
