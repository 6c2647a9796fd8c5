// The modal that the bot has opened for whoever one is.

import { h, icon } from './dom.js';
import { plain } from './text.js';
import { blocks } from './blocks.js';
import { entered } from './elements.js';
import { act, on, state } from './store.js';

let dialog = null;
let shown = '';

/** modals shows the topmost modal as it is now. */
export function modals() {
  on(['chat', 'me'], () => {
    const view = state.chat?.modal ?? null;
    const sign = view ? view.id + view.hash + JSON.stringify(view.errors ?? {}) : '';
    if (sign === shown) return;
    shown = sign;
    const isSame = dialog && view && dialog.dataset.view === view.id;
    if (isSame && !view.errors && below(view)) return;
    const kept = isSame ? entered(dialog) : {};
    const focus = isSame ? document.activeElement?.dataset?.place : '';
    dialog?.remove();
    dialog = view && draw(view, kept);
    if (!dialog) return;
    document.body.append(dialog);
    dialog.showModal();
    const place = focus ? [...dialog.querySelectorAll('[data-place]')].find((e) => e.dataset.place === focus) : undefined;
    (dialog.querySelector('[aria-invalid], [autofocus]') ?? place ?? dialog.querySelector('.field'))?.focus();
  });
}

/**
 * below draws anew what stands below the fields of a form, where the fields are the
 * same: whoever types in one goes on typing.
 */
function below(view) {
  const inputs = JSON.stringify(view.blocks.filter((b) => b.type === 'input'));
  const body = dialog.querySelector('.modal-body');
  if (inputs !== dialog.dataset.inputs || !view.blocks.length) return false;
  for (const old of body.querySelectorAll(':scope > :not(.b-input)')) old.remove();
  const last = view.blocks.findLastIndex((b) => b.type === 'input');
  body.append(...blocks(view.blocks.slice(last + 1), (what) => act({ do: 'press', in_view: true, ...what })));
  return true;
}

function draw(view, kept) {
  const shut = () => act({ do: 'close' });
  const press = (what) => act({ do: 'press', in_view: true, ...what });
  const send = async (event) => {
    event.preventDefault();
    const button = event.submitter;
    button?.setAttribute('aria-busy', 'true');
    await act({ do: 'submit', values: entered(event.currentTarget) });
    button?.removeAttribute('aria-busy');
  };
  const box = h('dialog', { class: 'modal', 'data-view': view.id, 'data-inputs': JSON.stringify(view.blocks.filter((b) => b.type === 'input')), 'aria-labelledby': 'modal-title', oncancel: (event) => {
    event.preventDefault();
    shut();
  } },
    h('form', { onsubmit: send, novalidate: true },
      h('header', {}, h('img', { src: 'icon.svg', alt: '', width: '28', height: '28' }), h('h2', { id: 'modal-title' }, plain(view.title)), h('button', { type: 'button', class: 'x', 'aria-label': 'Close', onclick: shut }, icon('close'))),
      h('div', { class: 'modal-body' },
        view.errors?.[''] && h('p', { class: 'b-alert error', role: 'alert' }, view.errors['']),
        blocks(view.blocks, press, { prefix: view.id, errors: view.errors, values: view.values })),
      h('footer', {},
        h('button', { type: 'button', class: 'btn', onclick: shut }, view.close ? plain(view.close) : 'Cancel'),
        view.submit && h('button', { type: 'submit', class: 'btn primary' }, plain(view.submit)))));
  for (const field of box.querySelectorAll('[data-block]')) {
    if (kept[field.dataset.block] !== undefined && field.type !== 'hidden' && field.type !== 'checkbox' && field.type !== 'radio') field.value = kept[field.dataset.block];
  }
  return box;
}
